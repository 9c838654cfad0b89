# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gateways of release 5 through a Platform: `client.gateway5.run("deploy", "edge")`.

Such a gateway has no HTTP API of its own: it is connected to the Gateway Manager of a Platform.
Source: docs/protocols/itential-platform.md section 11.3.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow
from ..core.once import may_have_arrived
from ..core.options import check_options
from . import gateway5_configurations as configurations
from .gateway5_configurations import EntryChange
from .gateway5_outcomes import ServiceRun, ServiceRunError
from .gateway5_requests import Gateway5Requests, Record
from .gateway5_runs import RunOptions, run_service

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase

__all__ = [
    "AsyncGateway5",
    "ConfigurationImport",
    "EntryChange",
    "Gateway5",
    "IncompleteImportError",
    "ServiceRun",
    "ServiceRunError",
]


class ImportOptions(TypedDict, total=False):
    """The configuration to import. Give `content` or `git`.

    Attributes:
        content: The configuration as an object, or as JSON.
        git: The place of a configuration in a repository that the gateway reads: a dict of `url`,
            `file` and `reference`. What it contains is not compared before it is imported.
        force: Replace entries that exist with other values. Without it, they are an error.
        update_secrets: Import entries with secrets even if nothing else differs. The export of a
            server need not show secrets as they were given.
        predict: Check everything, let the server check it too, and import nothing.
    """

    content: Mapping[str, Any] | str | None
    git: Mapping[str, Any] | None
    force: bool
    update_secrets: bool
    predict: bool


class ConfigurationImport(NamedTuple):
    """The outcome of an import.

    Attributes:
        changed: Whether something was changed, or would be.
        changes: The entries that were changed, or would be; unknown for a prediction from `git`.
        ignored: The places of values that the server has not taken, such as
            `services[deploy].filname`.
        validation: The server's answer to the check; `None` if there was nothing to import.
    """

    changed: bool
    changes: Sequence[EntryChange] = ()
    ignored: Sequence[str] = ()
    validation: Any = None


class IncompleteImportError(ClientError):
    """The server has imported a configuration, but not all of it, or it is unknown if all of it.

    Attributes:
        outcome: What it has imported, and what it has ignored. If that cannot be read, its changes
            are those that were predicted.
    """

    outcome: ConfigurationImport = ConfigurationImport(False)


class Gateway5Base:
    """The flows of the gateways of a client.

    Args:
        connection: Sends the requests.
        perform: Performs a flow, for threads or for an event loop.
    """

    __slots__ = ("_connection", "_perform", "_requests")

    def __init__(self, connection: ConnectionBase, perform: Callable[[Flow[Any]], Any]) -> None:
        self._connection = connection
        self._requests = Gateway5Requests(connection)
        self._perform = perform

    def _run(self, service: str, cluster: str, options: RunOptions) -> Flow[ServiceRun]:
        check_options(Gateway5.run, options, RunOptions.__optional_keys__)
        return run_service(self._requests, service, cluster, options)

    def _export(self, cluster: str) -> Flow[Record]:
        yield from self._requests.require_cluster(cluster)
        return (yield from self._read(cluster))

    def _export_yaml(self, cluster: str) -> Flow[str]:
        yield from self._requests.require_cluster(cluster)
        return (yield from self._requests.export_yaml(cluster))

    def _read(self, cluster: str) -> Flow[Record]:
        configuration = yield from self._requests.export(cluster)
        self._learn(configuration)
        return configuration

    def _learn(self, configuration: Mapping[str, Any]) -> None:
        """Mask the secrets of a configuration from now on."""
        for secret in configurations.secrets_of(configuration):
            self._connection.secrets.add(secret)

    def _import(self, cluster: str, options: ImportOptions) -> Flow[ConfigurationImport]:
        check_options(Gateway5.import_, options, ImportOptions.__optional_keys__)
        source = _source(options)
        wanted = source.get("content", {})
        self._learn(wanted or source)
        yield from self._requests.require_cluster(cluster, writable=True)
        before = yield from self._read(cluster)
        sent = _entries_to_send(wanted, before, options)
        if wanted:
            if not sent:
                return ConfigurationImport(False)
            source = {**source, "content": configurations.configuration_of(sent)}
        validation = yield from self._requests.import_(cluster, {**source, "check": True})
        after = configurations.with_entries(before, sent)
        if not options.get("predict"):
            yield from self._send_import(cluster, source, before)
            predicted = configurations.changes(before, after)
            done = ConfigurationImport(True, predicted, validation=validation)
            after = yield from self._read_imported(cluster, done)
        changes = configurations.changes(before, after)
        missing = configurations.find_missing(wanted, after)
        ignored = [place for places in missing.values() for place in places]
        # An export need not show that a secret is another one.
        is_unseen = options.get("predict") or (wanted and options.get("update_secrets"))
        outcome = ConfigurationImport(bool(changes or is_unseen), changes, ignored, validation)
        if ignored:
            raise _incomplete_error(
                f"gateway cluster {cluster!r} has ignored {', '.join(ignored)}: check the names,"
                " and write values as an export does",
                outcome,
            )
        return outcome

    def _send_import(self, cluster: str, source: Record, before: Record) -> Flow[None]:
        """Import a configuration once. Without a response, an export tells if it is there.

        A response that is no JSON is none.
        """
        try:
            yield from self._requests.import_(cluster, source)
        except ClientError as exc:
            if not may_have_arrived(exc):
                raise
            if not (yield from self._shows(cluster, source.get("content", {}), before)):
                exc.reword(
                    f"it is unknown if gateway cluster {cluster!r} has imported the configuration:"
                    f" {exc.message}; look at an export, which need not show secrets, before you"
                    " import it again"
                )
                raise

    def _read_imported(self, cluster: str, predicted: ConfigurationImport) -> Flow[Record]:
        """Return the configuration after an import.

        Raises:
            IncompleteImportError: It cannot be read; the error has the predicted outcome.
        """
        try:
            return (yield from self._read(cluster))
        except ClientError as exc:
            raise _incomplete_error(
                f"gateway cluster {cluster!r} has imported the configuration, but the export that"
                f" tells what it has ignored cannot be read: {exc.message}",
                predicted,
                exc,
            ) from exc

    def _shows(self, cluster: str, sent: Record, before: Record) -> Flow[bool]:
        """Tell if an export shows that all entries were imported; `False` if it cannot be read."""
        try:
            present = yield from self._read(cluster)
        except ClientError:
            return False
        if not sent or configurations.find_missing(sent, present):
            return False
        # An entry of which only secrets were to change looks the same before and after.
        unseen = configurations.find_missing(sent, present, secrets=True)
        return unseen.keys() <= configurations.find_missing(sent, before).keys()


def _source(options: ImportOptions) -> Record:
    """Return the part of a request that says what is imported.

    Raises:
        ConfigurationError: It is not one configuration.
    """
    content, git = options.get("content"), options.get("git")
    if (content is None) == (git is None):
        raise ConfigurationError("give content or git, the configuration to import")
    force = {"force": True} if options.get("force") else {}
    if git is None:
        return {"source": "content", "content": configurations.parse(content), **force}
    place = {key: value for key, value in git.items() if value is not None}
    if not place.get("url") or place.keys() - {"url", "file", "reference"}:
        raise ConfigurationError("git must be a dict of url, file and reference")
    return {"source": "git", "git": place, **force}


def _entries_to_send(
    wanted: Record, before: Record, options: ImportOptions
) -> dict[tuple[str, str], Any]:
    """Return the entries that the present configuration lacks, or has with other values.

    Raises:
        ConfigurationError: One exists and `force` is not set: the server would keep it silently.
    """
    secrets = bool(options.get("update_secrets"))
    missing = configurations.find_missing(wanted, before, secrets=secrets)
    known = configurations.entries_of(before)
    existing = [configurations.label(*key) for key in missing if key in known]
    if existing and not options.get("force"):
        raise ConfigurationError(
            f"{', '.join(existing)} exist with other values: use force to replace them"
        )
    entries = configurations.entries_of(wanted)
    return {key: entries[key] for key in missing}


def _incomplete_error(
    message: str, outcome: ConfigurationImport, cause: ClientError | None = None
) -> IncompleteImportError:
    error = IncompleteImportError(message, cause=cause)
    error.outcome = outcome
    return error


class Gateway5(Gateway5Base):
    """The gateways of release 5 of a Platform, for threads."""

    __slots__ = ()

    def run(self, service: str, cluster: str, **options: Unpack[RunOptions]) -> ServiceRun:
        """Run a service of a gateway, and return its outcome when it has ended.

        Args:
            service: The name of the service.
            cluster: The id of the cluster that runs it.
            **options: See `gateway5_runs.RunOptions`.

        Raises:
            ConfigurationError: There is no such cluster or service, or a parameter does not fit.
            ServiceRunError: The service failed, or it is unknown if it was run.
            ClientError: The cluster cannot be reached, or the server refuses the run.
        """
        run: ServiceRun = self._perform(self._run(service, cluster, options))
        return run

    def export(self, cluster: str) -> Record:
        """Return the configuration of a cluster, with its secrets.

        Args:
            cluster: The id of the cluster.

        Raises:
            ClientError: There is no such cluster, or it cannot be reached.
        """
        configuration: Record = self._perform(self._export(cluster))
        return configuration

    def export_yaml(self, cluster: str) -> str:
        """Return the configuration of a cluster as YAML. For argument and errors see `export`."""
        text: str = self._perform(self._export_yaml(cluster))
        return text

    def import_(self, cluster: str, **options: Unpack[ImportOptions]) -> ConfigurationImport:
        """Import a configuration into a cluster; nothing is sent if the cluster has it.

        Only entries that differ are sent. The server checks them first. Entries are added or
        replaced, and never deleted.

        Args:
            cluster: The id of the cluster.
            **options: See `ImportOptions`.

        Raises:
            ConfigurationError: The configuration cannot be used, or `force` is missing.
            IncompleteImportError: The server has ignored a part of it, or what it has imported
                cannot be read.
            ClientError: The cluster cannot be reached, or the server refuses the configuration.
        """
        outcome: ConfigurationImport = self._perform(self._import(cluster, options))
        return outcome


class AsyncGateway5(Gateway5Base):
    """The gateways of a Platform, for event loops. For arguments and errors see `Gateway5`."""

    __slots__ = ()

    def run(
        self, service: str, cluster: str, **options: Unpack[RunOptions]
    ) -> Awaitable[ServiceRun]:
        """Run a service of a gateway, and return its outcome when it has ended."""
        run: Awaitable[ServiceRun] = self._perform(self._run(service, cluster, options))
        return run

    def export(self, cluster: str) -> Awaitable[Record]:
        """Return the configuration of a cluster, with its secrets."""
        configuration: Awaitable[Record] = self._perform(self._export(cluster))
        return configuration

    def export_yaml(self, cluster: str) -> Awaitable[str]:
        """Return the configuration of a cluster as YAML."""
        text: Awaitable[str] = self._perform(self._export_yaml(cluster))
        return text

    def import_(
        self, cluster: str, **options: Unpack[ImportOptions]
    ) -> Awaitable[ConfigurationImport]:
        """Import a configuration into a cluster; nothing is sent if the cluster has it."""
        outcome: Awaitable[ConfigurationImport] = self._perform(self._import(cluster, options))
        return outcome
