# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the results that several modules share, with samples of each service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Row = dict[str, Any]


class Samples:
    """Values of one service for samples.

    Args:
        url: The URL of a call.
        json: Its response.
        record: A record.
        text: A response that is not JSON.
        file: The name of a downloaded file.
        content_type: The content type of a response.
        correlation_id: The id of a call.
        body: The body of a call that writes.
    """

    def __init__(
        self,
        url: str,
        json: Row,
        record: Row,
        *,
        text: str = "Internal Server Error",
        file: str = "plan.pdf",
        content_type: str = "application/json",
        correlation_id: str = "8c2f1d0b-5e5f-4d0c-9d2f-6a5b7c1e3f40",
        body: Row | None = None,
    ) -> None:
        self.url = url
        self.json = json
        self.record = record
        self.text = text
        self.file = f"/var/tmp/{file}"
        self.content_type = content_type
        self.correlation_id = correlation_id
        self.body = body or record


class RecordSamples:
    """Records of one service for samples.

    Args:
        label: The name of the first record in messages.
        record: A record.
        created: A record that was created.
        change: The first value of a field of the first record, and its new value.
        error: The error of a record that could not be written.
    """

    def __init__(
        self, label: str, record: Row, created: Row, change: tuple[Row, Row], error: str
    ) -> None:
        self.label = label
        self.record = record
        self.created = created
        self.before, self.after = change
        self.error = error


_ID = "8c2f1d0b5e5f4d0c9d2f6a5b7c1e3f40"
_CHECKSUM = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

CALLS = {
    "itential_platform": Samples(
        "https://platform.example.com/health/server",
        {"version": "6.5.2", "release": "6.5.2", "arch": "x64", "uptime": 4242.5},
        {"name": "workflow 001"},
        text="JWT has expired, please retrieve a new token",
        file="project.json",
        correlation_id=_ID,
    ),
    "itential_gateway": Samples(
        "https://gateway.example.com:8083/api/v2.0/status",
        {"version": "4.4.1"},
        {"name": "sw-001"},
        file="project.json",
        correlation_id=_ID,
    ),
    "keystone": Samples(
        "https://keystone.example.com/allocations/clusters/",
        {"id": 4, "name": "hpc1", "enabled": True},
        {"id": 4, "name": "hpc1"},
        body={"name": "hpc1"},
    ),
    "sequoia": Samples(
        "https://metadata.example.com/data/contents",
        {"meta": {"page": 1, "perPage": 100}, "contents": [{"ref": "acme:c1"}]},
        {"ref": "acme:c1"},
        content_type="application/vnd.piksel+json",
        body={"contents": [{"name": "c1"}]},
    ),
}

RECORDS = {
    "itential_platform": RecordSamples(
        "automation name='Port turn up'",
        {
            "_id": "64f0c0ffee64f0c0ffee64f0",
            "name": "Port turn up",
            "description": "",
            "componentType": "workflows",
            "workflow": "64f0c0ffee64f0c0ffee64aa",
        },
        {"_id": "64f0c0ffee64f0c0ffee64f1", "name": "Port turn down"},
        ({"description": "Old"}, {"description": "New"}),
        "PATCH https://platform.example.com/operations-manager/automations/"
        "64f0c0ffee64f0c0ffee64f0: 403 Forbidden",
    ),
    "itential_gateway": RecordSamples(
        "device name='sw-900'",
        {"name": "sw-900", "variables": {"ansible_host": "192.0.2.90"}},
        {"name": "sw-901", "variables": {"ansible_host": "192.0.2.91"}},
        (
            {"variables": {"ansible_host": "192.0.2.90"}},
            {"variables": {"ansible_host": "192.0.2.99"}},
        ),
        "PUT https://gateway.example.com:8083/api/v2.0/devices/sw-900: 403 Forbidden",
    ),
    "keystone": RecordSamples(
        "cluster name='hpc1'",
        {
            "id": 4,
            "name": "hpc1",
            "description": "The large one",
            "enabled": True,
            "access_mode": "WL",
            "access_teams": [2],
        },
        {"id": 9, "user": 3, "team": 2, "role": "MB"},
        ({"enabled": True}, {"enabled": False}),
        "PATCH https://keystone.example.com/users/teams/2/: 403 Forbidden: You do not have"
        " permission to perform this action.",
    ),
    "sequoia": RecordSamples(
        "contents ref='acme:c1'",
        {
            "ref": "acme:c1",
            "owner": "acme",
            "name": "c1",
            "title": "A title",
            "version": "9a0c",
        },
        {"ref": "acme:c1", "owner": "acme", "name": "c1"},
        ({"title": "Old"}, {"title": "New"}),
        "PUT https://metadata.example.com/data/contents/acme:c1?owner=acme: 403 Forbidden",
    ),
}


def row(description: str, returned: str, kind: str, sample: Any, **more: Any) -> Row:
    """Return the documentation of one key of a result."""
    return {
        "description": description,
        "returned": returned,
        "type": kind,
        **more,
        "sample": sample,
    }


def of_requests(service: str) -> Row:
    """Return the results of a module that sends any call."""
    samples = CALLS[service]
    answered = "when there is a response"
    one_call = "always, except with O(requests)"
    file = {"dest": samples.file, "checksum": _CHECKSUM, "size": 4}
    return {
        "status": row(
            "Status of the response; V(null) for a call that check mode did not send.",
            "when there is a response, and in check mode",
            "int",
            200,
        ),
        "json": row(
            "The response parsed as JSON; V(null) if it is empty or not JSON.",
            "when there is a response, except with O(dest) and O(paginate)",
            "raw",
            samples.json,
        ),
        "content": row(
            "The response as text.",
            "when the content type of the response is not JSON, or the response is not valid JSON",
            "str",
            samples.text,
        ),
        "headers": row(
            "Headers of the response, names in lower case. Those that may contain secrets are left"
            " out.",
            answered,
            "dict",
            {"content-type": samples.content_type, "content-length": "142"},
        ),
        "url": row(
            "The URL of the call. Values of parameters that are not known to be harmless are"
            " masked.",
            one_call,
            "str",
            samples.url,
        ),
        "method": row("The method of the call.", one_call, "str", "GET"),
        "elapsed": row("Seconds for all attempts, including waits.", answered, "float", 0.004211),
        "tries": row(
            "Number of times that the call was sent; more than 1 if it was repeated.",
            answered,
            "int",
            1,
        ),
        "attempts": row(
            "The same as RV(tries), which you should use instead. C(attempts) is Ansible's own name"
            " for its count in a task with C(until) or C(retries).",
            "when there is a response and the task has neither C(until) nor C(retries)",
            "int",
            1,
        ),
        "correlation_id": row(
            "The correlation id of the call.", answered, "str", samples.correlation_id
        ),
        "records": row(
            "All records of the list.",
            "with O(paginate)",
            "list",
            [samples.record],
            elements="raw",
        ),
        "pages": row("The number of pages of the list.", "with O(paginate)", "int", 3),
        "download": row(
            "The file with the body of the response.",
            "with O(dest)",
            "dict",
            file,
            contains={
                "dest": row("Path of the file.", "always", "str", file["dest"]),
                "checksum": row("SHA-256 of the file.", "always", "str", _CHECKSUM),
                "size": row("Size of the file in bytes.", "always", "int", 4),
            },
        ),
        "results": row(
            "One dict per item of O(requests), in order, with RV(results[].ok), on error"
            " RV(results[].msg), and the keys of a single call.",
            "with O(requests)",
            "list",
            [{"ok": True, "method": "GET", "status": 200, "url": samples.url}],
            elements="dict",
            contains={
                "ok": row("Whether this call succeeded.", "always", "bool", True),
                "msg": row(
                    "The error, in one line.",
                    "when the call failed",
                    "str",
                    f"GET {samples.url}: 404 Not Found; check the path, and the names in it",
                ),
            },
        ),
        "failed_count": row("The number of O(requests) that failed.", "with O(requests)", "int", 0),
        "request": row(
            "The call that was not sent.",
            "in check mode, for a call that writes",
            "dict",
            {"method": "POST", "url": samples.url, "body": samples.body},
        ),
    }


def of_records(service: str) -> Row:
    """Return the results of a module that brings records to a wanted state."""
    samples = RECORDS[service]
    one, many = "with O(data)", "with O(records)"
    action = "What was done, or would be: V(create), V(update), V(delete) or V(none)."
    record = "The record as it is now, or would be. A deleted record is returned as it was."
    ignored = (
        "Fields that the server did not accept: they differ from what the task gives, and keep"
        " their values."
    )
    result = {"ok": True, "action": "create", "record": samples.created, "ignored": []}
    validation = (
        "The server's complaints about the change, which it would refuse; empty if it has none."
    )
    checked = "in check mode, if the server can check such a change"
    header = {"before_header": samples.label, "after_header": samples.label}
    return {
        "action": row(action, one, "str", "update"),
        "record": row(record, one, "dict", samples.record),
        "ignored": row(ignored, one, "list", [], elements="str"),
        **(
            {"validation": row(validation, checked, "list", [], elements="str")}
            if service.startswith("itential")
            else {}
        ),
        "results": row(
            "One dict per item of O(records), in order, then one per purged record.",
            many,
            "list",
            [result],
            elements="dict",
            contains={
                "ok": row("Whether the record is in the wanted state.", "always", "bool", True),
                "msg": row(
                    "Why the record could not be written.",
                    "when it could not be written",
                    "str",
                    samples.error,
                ),
                "action": row(action, "always", "str", "create"),
                "record": row(record, "always", "dict", samples.created),
                "ignored": row(ignored, "always", "list", [], elements="str"),
            },
        ),
        "summary": row(
            "Number of records that were created, updated, deleted and left unchanged.",
            many,
            "dict",
            {"created": 1, "updated": 0, "deleted": 0, "unchanged": 1},
        ),
        "diff": row(
            "The difference between before and after, per changed record, without fields that hold"
            " secrets.",
            "success",
            "list",
            [{**header, "before": samples.before, "after": samples.after}],
            elements="dict",
        ),
    }


def of_info(service: str) -> Row:
    """Return the results of a module that reads records."""
    return {
        "records": row(
            "The records, in order.", "success", "list", [RECORDS[service].record], elements="dict"
        ),
        "count": row("The number of records.", "success", "int", 1),
    }


def of_facts_and_tasks(service: str) -> Row:
    """Return the further results of a module that reads records of an Itential service."""
    module = f"restops.clients.{service}_resource"
    samples = RECORDS[service]
    data = {key: value for key, value in samples.record.items() if key != "_id"}
    return {
        "tasks": row(
            "A task per record, for a playbook that changes nothing if it is run. Relations are"
            " names. A secret, or a value that the server only replaces together with one, is a"
            " variable named after the record and its place; until it is defined, the value is"
            " left as it is.",
            "with O(as_tasks)",
            "list",
            [
                {
                    "name": f"Bring {samples.label} to its state",
                    module: {"resource": samples.label.partition(" ")[0], "data": data},
                }
            ],
            elements="dict",
        ),
        "gathered": row(
            "The facts by name.",
            "with O(gather)",
            "dict",
            {"version": CALLS[service].json["version"]},
        ),
        "unavailable": row(
            "Why a fact could not be read, by its name.",
            "with O(gather)",
            "dict",
            {},
        ),
    }


SHARED: dict[str, Callable[[str], Row]] = {
    "results of requests": of_requests,
    "results of resources": of_records,
    "results of info": of_info,
    "results of facts and tasks": of_facts_and_tasks,
}
"""The results that modules share, by the names of the parts of a module's documentation."""
