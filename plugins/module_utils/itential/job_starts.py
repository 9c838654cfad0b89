# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting a job, once: by workflow or by trigger.

A start is sent once. If its connection breaks, the server may have received it: with `unique_by`
the job is looked for, else the error says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow
from ..core.jsonutils import dig
from ..core.once import may_have_arrived
from ..core.suggestions import nearest
from . import inputs
from .job_records import Record, label
from .job_requests import JobRequests
from .platform_requests import OPERATIONS, lookup_failure

if TYPE_CHECKING:
    from typing_extensions import Unpack


class StartOptions(TypedDict, total=False):
    """The job to start. Give `workflow`, `endpoint` or `manual`.

    Attributes:
        workflow: The name of a workflow; one of a project may be `@<project id>: <name>`.
        project: The name or id of the project of the workflow.
        endpoint: The route of an endpoint trigger.
        manual: The name of a manual trigger.
        automation: The name or id of the automation of the trigger, if its own name is not unique.
        variables: The inputs.
        description: The description of the job; not for triggers.
        groups: The ids of the groups that may see the job; not for triggers.
        unique_by: Names of inputs, or a key of the caller's choice. If the workflow has a running
            or paused job with the same values and key, that job is returned and none is started. A
            key is kept in the description of the job.
    """

    workflow: str | None
    project: str | None
    endpoint: str | None
    manual: str | None
    automation: str | None
    variables: Mapping[str, Any] | None
    description: str | None
    groups: Sequence[str] | None
    unique_by: Sequence[str] | None


OPTIONS = StartOptions.__optional_keys__


class Started(NamedTuple):
    """The outcome of a start.

    Attributes:
        job: The job; `None` if the start is only predicted.
        is_new: False if the job ran already.
    """

    job: Record | None
    is_new: bool


class _Plan(NamedTuple):
    """A checked start.

    Attributes:
        title: What is started, for messages.
        workflow: The name of the workflow; `""` if it is not needed.
        path: The path of the request.
        path_params: Values in the path.
        body: The body of the request.
        unique: What identifies a live job, or `None`.
    """

    title: str
    workflow: str
    path: str
    path_params: Mapping[str, Any]
    body: Record
    unique: _Unique | None


class _Unique(NamedTuple):
    """The properties of a live job because of which no other one is started.

    Attributes:
        values: Values of inputs.
        marks: Texts in the description.
    """

    values: Mapping[str, Any]
    marks: Sequence[str]

    def fits(self, job: Mapping[str, Any]) -> bool:
        """Tell if a job has the values and the texts."""
        variables = job.get("variables") or {}
        form = variables.get("formData")
        given = {**variables, **(form if isinstance(form, Mapping) else {})}
        description = str(job.get("description") or "")
        return all(given.get(name) == value for name, value in self.values.items()) and all(
            mark in description for mark in self.marks
        )


def start(
    requests: JobRequests, predict: bool = False, **options: Unpack[StartOptions]
) -> Flow[Started]:
    """Start a job, or return the live one that `unique_by` finds.

    Args:
        requests: The requests of the client.
        predict: Check everything and start nothing.
        **options: See `StartOptions`.

    Raises:
        ConfigurationError: An input does not fit, or there is no such workflow or trigger.
        ClientError: The server refuses the start, or it is unknown if it has received it.
    """
    plan = yield from _plan(requests, options)
    live = yield from _find_live_job(requests, plan)
    if live is not None:
        return Started(live, False)
    if predict:
        return Started(None, True)
    try:
        # The client has the timeout; this is no call of the library `requests`.
        job = yield from requests.post(  # nosec B113
            f"start {plan.title}", plan.path, plan.body, path_params=plan.path_params
        )
    except ClientError as exc:
        if not may_have_arrived(exc):
            raise
        return Started((yield from _find_job(requests, plan, exc)), True)
    if not job.get("_id"):
        raise ClientError(
            f"the server's answer to the start of {plan.title} names no job: look for the job"
            " before you start another one"
        )
    return Started(job, True)


def _find_job(requests: JobRequests, plan: _Plan, exc: ClientError) -> Flow[Record]:
    """Return the job of a start that has no answer.

    Raises:
        ClientError: It cannot be identified or read, or has ended already, or was never started.
    """
    hint = (
        "look for the job before you start another one; with 'unique_by' a repeated start finds it"
        if plan.unique is None
        else "no running job has this 'unique_by', so look if one has ended already"
    )
    try:
        live = yield from _find_live_job(requests, plan)
    except ClientError as error:
        hint = f"{lookup_failure(error)}: check before starting another one"
    else:
        if live is not None:
            return live
    exc.reword(f"it is unknown if {plan.title} was started: {exc.message}; {hint}")
    raise exc


def _find_live_job(requests: JobRequests, plan: _Plan) -> Flow[Record | None]:
    """Return the live job that `unique_by` identifies, or `None`.

    Raises:
        ClientError: Several jobs fit.
    """
    if plan.unique is None:
        return None
    jobs = yield from requests.live_jobs(plan.workflow)
    incomplete = [job["_id"] for job in jobs if "variables" not in job]
    if incomplete:
        complete = {job["_id"]: job for job in (yield from requests.with_variables(incomplete))}
        jobs = [complete.get(job["_id"], job) for job in jobs]
    fitting = [job for job in jobs if plan.unique.fits(job)]
    if len(fitting) > 1:
        raise ClientError(
            f"several live jobs have the same unique_by: {', '.join(map(label, fitting))}:"
            " give the id of one as 'job' to wait for it, or cancel the others"
        )
    return fitting[0] if fitting else None


# Plans


def _plan(requests: JobRequests, options: StartOptions) -> Flow[_Plan]:
    given = [name for name in ("workflow", "endpoint", "manual") if options.get(name)]
    if len(given) != 1:
        raise ConfigurationError("give one of workflow, endpoint and manual")
    if given == ["workflow"]:
        return (yield from _by_workflow(requests, options))
    for name in ("description", "groups", "project"):
        if options.get(name):
            raise ConfigurationError(f"{name} is for a workflow: a trigger starts without it")
    return (yield from _by_trigger(requests, given[0], options))


def _by_workflow(requests: JobRequests, options: StartOptions) -> Flow[_Plan]:
    name = str(options.get("workflow"))
    project = options.get("project")
    if project:
        name = f"@{(yield from requests.workflows.project_id(project))}: {name}"
    workflow = yield from requests.workflows.read(name)
    schema = (workflow or {}).get("inputSchema")
    variables = inputs.check(options.get("variables") or {}, schema)
    unique = _unique(options.get("unique_by"), variables, schema)
    marks = unique.marks if unique is not None else ()
    settings = {
        "description": " ".join(filter(None, (options.get("description"), *marks))),
        "type": "automation",
        "variables": variables,
        "groups": list(options.get("groups") or ()),
    }
    body = {"workflow": name, "options": settings}
    return _Plan(f"workflow {name!r}", name, f"{OPERATIONS}/jobs/start", {}, body, unique)


def _by_trigger(requests: JobRequests, kind: str, options: StartOptions) -> Flow[_Plan]:
    name = str(options.get(kind))
    field = "routeName" if kind == "endpoint" else "name"
    trigger = yield from requests.workflows.trigger(kind, field, name, options.get("automation"))
    schema = trigger.get("schema")
    variables = inputs.check(options.get("variables") or {}, schema)
    unique = _unique(options.get("unique_by"), variables, schema)
    if unique is not None and unique.marks:
        raise ConfigurationError(
            "unique_by of a trigger must be names of variables: a trigger takes no description"
        )
    workflow = (yield from requests.workflows.of_trigger(trigger)) if unique is not None else ""
    title = f"{kind} trigger {name!r}"
    if kind == "endpoint":
        path, values = f"{OPERATIONS}/triggers/endpoint/{{route}}", {"route": name}
        return _Plan(title, workflow, path, values, variables, unique)
    path, values = f"{OPERATIONS}/triggers/manual/{{id}}/run", {"id": trigger["_id"]}
    body = {"formData": variables, "runtimeOptions": {}}
    return _Plan(title, workflow, path, values, body, unique)


def _unique(
    names: Sequence[str] | None, variables: Mapping[str, Any], schema: Mapping[str, Any] | None
) -> _Unique | None:
    """Return what identifies a live job; `None` if nothing is to identify it.

    Raises:
        ConfigurationError: A text is so close to the name of an input that it must be a mistake,
            with which jobs for different inputs would count as the same.
    """
    if not names:
        return None
    known = {*variables, *(dig(schema, "properties") or ())}
    marks = [name for name in names if name not in known]
    for mark in marks:
        name = nearest(mark, known, 0.8)
        if name is not None:
            raise ConfigurationError(
                f"unique_by: {mark!r} is no input: use {name!r}, or a text that is less like it"
            )
    values = {name: variables.get(name) for name in names if name in known}
    return _Unique(values, [f"[{mark}]" for mark in marks])
