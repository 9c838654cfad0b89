# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adapters and applications: start, stop, restart, log levels, health, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.service_health import (
    health_in,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.services import (
    LevelChange,
    ServiceError,
)
from ansible_collections.restops.clients.tests.unit.support import Case, EventfulTime

from .simulated import Platform


class World(Platform):
    """A Platform with the adapters `servicenow`, `iag` and `email`."""

    def __init__(self, case: Case, **settings: Any) -> None:
        self.lines: list[str] = []
        self.time = case.time = EventfulTime()
        super().__init__(case, **{"clock": case.time.clock, **settings})

    def then(self, *events: Callable[[], Any] | None) -> None:
        """Let something happen during each of the next pauses."""
        self.time.events += events

    def fault(self, status: int, path: str = "/health/adapters/iag", **more: Any) -> None:
        """Let the server fail for a read of the health."""
        fault = {"path": path, "method": "GET", "status": status, "body": "no", **more}
        self.sim.faults.append(fault)

    def set(self, name: str = "iag", **fields: Any) -> None:
        """Change an adapter."""
        record = self.sim.tables["adapter"].named(name)
        assert record is not None
        record.update(fields)

    async def change(self, state: Any, adapter: Any = "iag", **options: Any) -> Any:
        """Bring adapters to a state and return the outcome; the log has its requests only."""
        self.sim.log.clear()
        given = {"notify": self.lines.append, "adapter": adapter, **options}
        return await self.case.kind.wait(self.client.services.bring(state, **given))

    async def only(self, state: Any, **options: Any) -> Any:
        """Bring the adapter `iag` to a state and return its report."""
        (report,) = (await self.change(state, **options)).reports
        return report

    async def fail(self, state: Any, adapter: Any = "iag", **options: Any) -> ServiceError:
        with pytest.raises(ServiceError) as caught:
            await self.change(state, adapter, **options)
        return caught.value


@pytest.fixture
def world(case: Case) -> World:
    return World(case)


@pytest.fixture
def obeyed(world: World) -> Iterator[World]:
    """Yield a Platform, and check at the end that it has ignored nothing that was sent."""
    yield world
    assert world.sim.ignored == []


# States


async def test_a_restart_is_sent_once_and_awaited(obeyed: World) -> None:
    obeyed.sim.settings["start_polls"] = 2
    outcome = await obeyed.change("restarted")
    (report,) = outcome.reports
    assert obeyed.writes == [("PUT /adapters/iag/restart", None)]
    assert (report.outcome, report.action, report.confirmed) == ("changed", "restart", True)
    assert (report.health.state, report.health.connection) == ("RUNNING", "ONLINE")
    assert outcome.waited == 5
    assert obeyed.lines == [
        "adapter iag: RUNNING, ONLINE",
        "adapter iag: restart requested",
        "adapter iag: STARTING, OFFLINE",
        "adapter iag: RUNNING, ONLINE",
    ]
    again = await obeyed.only("restarted")
    assert (again.outcome, again.action) == ("changed", "restart")


@pytest.mark.parametrize("predict", [False, True])
async def test_the_first_line_names_all_services_of_a_change(world: World, predict: bool) -> None:
    await world.change("started", ["iag", "email"], predict=predict)
    assert (world.lines[0] == "adapters, one after another: iag, email") is not predict


@pytest.mark.parametrize(
    ("state", "before", "action", "after"),
    [
        ("started", "RUNNING", None, "RUNNING"),
        ("started", "STOPPED", "start", "RUNNING"),
        ("started", "running", None, "RUNNING"),
        ("started", "DISCONNECT", "start", "RUNNING"),
        ("stopped", "RUNNING", "stop", "STOPPED"),
        ("stopped", "STOPPED", None, "STOPPED"),
        ("stopped", "DEAD", None, "DEAD"),
        ("stopped", "STARTING", "stop", "STOPPED"),
        ("restarted", "STOPPED", "start", "RUNNING"),
        ("restarted", "DISCONNECT", "start", "RUNNING"),
    ],
)
async def test_an_action_is_sent_only_if_the_state_needs_it(
    obeyed: World, state: str, before: str, action: str | None, after: str
) -> None:
    obeyed.set(state=before, polls=9)
    predicted = await obeyed.only(state, predict=True)
    assert (predicted.action, obeyed.writes) == (action, [])
    report = await obeyed.only(state)
    assert (report.action, report.health.state, report.confirmed) == (action, after, None)
    assert report.outcome == ("changed" if action else "unchanged")
    assert [call for call, dummy in obeyed.writes] == [f"PUT /adapters/iag/{action}"] * bool(action)
    if state != "restarted":
        assert (await obeyed.only(state)).outcome == "unchanged"


@pytest.mark.parametrize(
    ("state", "before", "after", "action"),
    [
        ("started", "STARTING", "RUNNING", None),
        ("started", "STOPPING", "STOPPED", "start"),
        ("restarted", "STARTING", "RUNNING", "restart"),
        ("restarted", "STOPPING", "STOPPED", "start"),
        ("stopped", "STOPPING", "STOPPED", None),
    ],
)
async def test_a_service_that_is_just_starting_or_stopping_is_awaited_first(
    obeyed: World, state: str, before: str, after: str, action: str | None
) -> None:
    obeyed.set(state=before, following=after, polls=1)
    predicted = await obeyed.only(state, predict=True)
    assert (predicted.action, obeyed.time.sleeps) == (action, [])
    obeyed.set(polls=1)
    report = await obeyed.only(state)
    assert report.action == action
    assert obeyed.time.sleeps[0] == 2


async def test_a_service_that_does_not_settle_is_an_error_and_gets_no_request(
    world: World,
) -> None:
    world.set(state="STARTING", following="RUNNING", polls=99)
    error = await world.fail("restarted", wait_timeout=10)
    assert error.message == (
        "adapter 'iag' is still STARTING, OFFLINE after 10 seconds, and was not restarted:"
        " give a longer wait_timeout, or look at its log"
    )
    assert world.writes == []
    assert error.reports[0].outcome == "failed"


async def test_the_time_for_a_service_includes_the_wait_before_its_action(world: World) -> None:
    world.set(state="STARTING", following="RUNNING", polls=4)
    world.then(None, None, None, lambda: world.sim.settings.update(start_polls=99))
    error = await world.fail("restarted", wait_timeout=20)
    assert [call for call, dummy in world.writes] == ["PUT /adapters/iag/restart"]
    assert "is STARTING, OFFLINE 3.75 seconds after its restart" in error.message
    assert error.waited == 20


async def test_applications_have_no_connection_and_need_none(obeyed: World) -> None:
    outcome = await obeyed.change("restarted", None, application="AGManager")
    (report,) = outcome.reports
    assert obeyed.writes == [("PUT /applications/AGManager/restart", None)]
    assert (report.kind, report.health.connection) == ("application", "")


@pytest.mark.parametrize("name", ["a/b", "100%", "Zürich 東京", "{name}"])
async def test_a_name_with_special_characters_stays_one_name(obeyed: World, name: str) -> None:
    obeyed.sim.tables["application"].seed([{"name": name}])
    outcome = await obeyed.change("restarted", None, application=[name])
    assert outcome.reports[0].outcome == "changed"


@pytest.mark.parametrize("state", ["started", "restarted"])
@pytest.mark.parametrize("before", ["DEAD", "DELETED"])
@pytest.mark.parametrize("predict", [False, True])
async def test_a_dead_service_cannot_be_started_and_gets_no_request(
    world: World, state: str, before: str, predict: bool
) -> None:
    world.set(state=before)
    error = await world.fail(state, predict=predict)
    assert error.message.startswith(f"adapter 'iag' is {before}, and a start has no effect on it:")
    assert world.writes == []
    (report,) = error.reports
    assert (report.outcome, report.action, report.health.state) == ("failed", None, before)


@pytest.mark.parametrize("after", ["DEAD", "DELETED"])
async def test_a_service_that_dies_while_it_starts_is_an_error_before_the_time_is_up(
    world: World, after: str
) -> None:
    world.sim.settings.update(start_polls=1, failing_starts={"iag": after})
    error = await world.fail("restarted")
    assert error.message.startswith(f"adapter 'iag' did not start: it is {after}")
    assert world.time.sleeps == [2, 3, 4.5]
    assert [call for call, dummy in world.writes] == ["PUT /adapters/iag/restart"]


async def test_a_service_that_does_not_start_in_time_is_an_error_with_its_state(
    world: World,
) -> None:
    world.sim.settings["failing_starts"] = {"iag": "STOPPED"}
    error = await world.fail("restarted", wait_timeout=20)
    assert error.message == (
        "adapter 'iag' is STOPPED, OFFLINE 20 seconds after its restart: look at its log and its"
        " properties, or give a longer wait_timeout"
    )
    assert error.waited == 20
    (report,) = error.reports
    assert (report.outcome, report.action) == ("failed", "restart")


@pytest.mark.parametrize("status", [503, 404, 500])
async def test_a_health_that_cannot_be_read_is_read_again_while_a_service_starts(
    world: World, status: int
) -> None:
    world.sim.settings["start_polls"] = 1
    world.then(lambda: world.fault(status))
    report = await world.only("restarted")
    assert (report.outcome, report.confirmed) == ("changed", True)


async def test_the_last_failure_of_a_reading_is_part_of_the_error(world: World) -> None:
    world.sim.settings["start_polls"] = 1
    world.then(lambda: world.fault(503, times=99))
    error = await world.fail("restarted", wait_timeout=5)
    assert "is STARTING, OFFLINE 5 seconds after its restart (the last reading failed: " in str(
        error
    )
    assert "503" in error.message


async def test_an_error_of_a_reading_that_does_not_pass_ends_the_wait(world: World) -> None:
    world.sim.settings["start_polls"] = 1
    world.then(lambda: world.fault(403))
    error = await world.fail("restarted")
    assert "the account has no role for this" in error.message
    assert error.response is not None
    assert (error.response.status_code, error.reports[0].action) == (403, "restart")


# Connections


async def test_the_connection_of_an_adapter_must_come_back(obeyed: World) -> None:
    obeyed.then(lambda: obeyed.sim.settings.update(offline=["iag"]))
    obeyed.sim.settings["start_polls"] = 1
    obeyed.then(None, lambda: obeyed.sim.settings.update(offline=[]))
    report = await obeyed.only("restarted")
    assert report.health.connection == "ONLINE"
    assert obeyed.lines[-2:] == ["adapter iag: RUNNING, OFFLINE", "adapter iag: RUNNING, ONLINE"]


@pytest.mark.parametrize("before", ["RUNNING", "STOPPED"])
async def test_a_connection_that_stays_down_is_an_error(world: World, before: str) -> None:
    world.sim.settings["start_polls"] = 1
    world.set(state=before)
    world.then(lambda: world.sim.settings.update(offline=["iag"]))
    error = await world.fail("restarted", wait_timeout=30)
    assert "adapter 'iag' is RUNNING, OFFLINE 30 seconds after its" in error.message


async def test_a_connection_that_was_down_before_is_not_awaited(obeyed: World) -> None:
    obeyed.sim.settings["offline"] = ["iag"]
    assert (await obeyed.only("restarted")).health.connection == "OFFLINE"
    assert (await obeyed.only("started")).outcome == "unchanged"


async def test_a_connection_is_not_awaited_if_the_caller_says_so(obeyed: World) -> None:
    obeyed.set(state="STOPPED")
    obeyed.sim.settings["offline"] = ["iag"]
    assert (await obeyed.only("started", online=False)).health.connection == "OFFLINE"


# Evidence of a restart


async def test_a_restart_that_the_health_does_not_show_is_accepted_after_some_reads(
    obeyed: World,
) -> None:
    obeyed.sim.settings["constant_health"] = True
    report = await obeyed.only("restarted")
    assert (report.outcome, report.confirmed) == ("changed", False)
    assert obeyed.time.sleeps == [2, 3, 4.5]


async def test_a_restart_that_the_health_does_not_show_is_accepted_when_the_time_is_up(
    obeyed: World,
) -> None:
    obeyed.sim.settings["constant_health"] = True
    report = await obeyed.only("restarted", wait_timeout=0)
    assert (report.outcome, report.confirmed) == ("changed", False)
    assert obeyed.time.sleeps == []


async def test_a_restart_that_has_no_effect_is_an_error(world: World) -> None:
    world.sim.faults.append({"path": "/restart", "method": "PUT", "status": 200, "body": "{}"})
    error = await world.fail("restarted", wait_timeout=30)
    assert error.message == (
        "adapter 'iag' is RUNNING, ONLINE 30 seconds after its restart, in the same process as"
        " before: look at its log and its properties, or give a longer wait_timeout"
    )
    assert error.reports[0].confirmed is False


async def test_a_restart_that_begins_late_is_awaited(obeyed: World) -> None:
    obeyed.sim.faults.append({"path": "/restart", "method": "PUT", "status": 200, "body": "{}"})
    late = [None] * 5
    obeyed.then(*late, lambda: obeyed.set(pid=4243, since=obeyed.time.clock()))
    report = await obeyed.only("restarted")
    assert (report.confirmed, len(obeyed.time.sleeps)) == (True, 6)


@pytest.mark.parametrize(
    ("before", "after", "replaced"),
    [
        ({"pid": 1, "uptime": 9}, {"pid": 2, "uptime": 10}, True),
        ({"pid": 1, "uptime": 9}, {"pid": 1, "uptime": 1}, True),
        ({"pid": 1, "uptime": 9}, {"pid": 1, "uptime": 10}, False),
        ({"pid": "", "uptime": 9}, {"pid": 7, "uptime": None}, False),
        ({"uptime": True}, {"uptime": 0}, False),
        ({}, {}, False),
    ],
)
def test_a_process_is_new_if_its_number_or_its_uptime_shows_it(
    before: Any, after: Any, replaced: bool
) -> None:
    assert health_in(after).has_replaced(health_in(before)) is replaced


# Broken connections


@pytest.mark.parametrize("loss", [httpx.ReadError("reset"), 502, 504])
async def test_a_restart_without_a_response_is_found_in_the_health_and_sent_once(
    obeyed: World, loss: Any
) -> None:
    obeyed.lost["/adapters/iag/restart"] = loss
    report = await obeyed.only("restarted")
    assert (report.outcome, report.action, report.confirmed) == ("changed", "restart", True)
    assert len(obeyed.writes) == 1


@pytest.mark.parametrize(
    ("state", "before", "verb"),
    [("restarted", "RUNNING", "restart"), ("started", "STOPPED", "start")],
)
async def test_an_action_that_the_server_has_not_received_is_reported_and_not_repeated(
    world: World, state: str, before: str, verb: str
) -> None:
    world.set(state=before)
    world.sim.faults.append({"path": f"/{verb}", "method": "PUT", "status": 504, "body": "late"})
    error = await world.fail(state, wait_timeout=30)
    assert error.message.startswith(f"it is unknown if the {verb} of adapter 'iag' was performed: ")
    assert "504" in error.message
    assert f"its last known state is {before}" in error.message
    assert error.message.endswith(": look at it before you repeat the task")
    assert ("in the same process as before" in error.message) is (verb == "restart")
    assert len(world.writes) == 1
    (report,) = error.reports
    assert (report.outcome, report.action) == ("failed", verb)


async def test_a_health_that_cannot_be_read_does_not_hide_that_an_action_was_lost(
    world: World,
) -> None:
    world.lost["/adapters/iag/restart"] = 504
    world.sim.settings["start_polls"] = 1
    world.then(lambda: world.fault(403))
    error = await world.fail("restarted")
    assert error.message.startswith("it is unknown if the restart of adapter 'iag' was performed: ")
    assert error.request is not None
    assert error.request.path.endswith("/adapters/iag/restart")


async def test_a_start_without_a_response_is_found_in_the_health(obeyed: World) -> None:
    obeyed.set(state="STOPPED")
    obeyed.lost["/adapters/iag/start"] = httpx.ReadError("reset")
    assert (await obeyed.only("started")).outcome == "changed"


@pytest.mark.parametrize("status", [500, 503])
async def test_an_action_that_fails_on_the_server_is_looked_for_once(
    world: World, status: int
) -> None:
    world.lost["/adapters/iag/restart"] = status
    report = await world.only("restarted")
    assert (report.outcome, report.confirmed, len(world.writes)) == ("changed", True, 1)
    fault = {"path": "/restart", "method": "PUT", "status": status, "body": "no"}
    world.sim.faults.append(fault)
    error = await world.fail("restarted")
    text = "it is unknown if the restart of adapter 'iag' was performed: "
    assert error.message.startswith(text)
    assert str(status) in error.message
    assert (error.reports[0].action, len(world.writes)) == ("restart", 1)
    assert world.time.sleeps == []


@pytest.mark.parametrize("status", [400, 403])
async def test_an_action_that_the_server_refuses_is_an_error_at_once(
    world: World, status: int
) -> None:
    fault = {"path": "/restart", "method": "PUT", "status": status, "body": "no"}
    world.sim.faults.append(fault)
    error = await world.fail("restarted")
    assert str(status) in error.message
    assert world.time.sleeps == []
    (report,) = error.reports
    assert (report.outcome, report.action) == ("failed", None)


async def test_a_failure_in_a_successful_response_is_an_error(world: World) -> None:
    body = '{"status": "failure", "message": "adapter is locked"}'
    fault = {"status": 200, "body": body, "type": "application/json", "method": "PUT"}
    world.sim.faults += [{**fault, "path": "/restart"}, {**fault, "path": "/loglevel"}]
    error = await world.fail("restarted")
    assert error.message == "the server refused to restart adapter 'iag': adapter is locked"
    error = await world.fail(None, log={"file": "debug"})
    assert "set the log level of adapter 'iag': adapter is locked" in error.message


@pytest.mark.parametrize("body", ["", "stop requested"])
async def test_a_response_that_is_not_json_counts_as_success(obeyed: World, body: str) -> None:
    obeyed.sim.faults.append({"path": "/stop", "method": "PUT", "status": 200, "body": body})
    obeyed.then(lambda: obeyed.set(state="STOPPED"))
    assert (await obeyed.only("stopped")).outcome == "changed"


# Several


async def test_services_are_restarted_one_after_another(obeyed: World) -> None:
    obeyed.sim.settings["start_polls"] = 1
    outcome = await obeyed.change("restarted", ["iag", "email", "iag"])
    assert [report.name for report in outcome.reports] == ["iag", "email"]
    calls = [(one.method, one.path) for one in obeyed.sim.log]
    restart = calls.index(("PUT", "/adapters/email/restart"))
    assert ("GET", "/health/adapters/iag") not in calls[restart:]
    assert outcome.waited == 4


async def test_those_after_a_failure_are_not_tried_and_the_error_says_what_became_of_each(
    world: World,
) -> None:
    world.sim.settings["failing_starts"] = {"iag": "DEAD"}
    error = await world.fail("restarted", ["servicenow", "iag", "email"])
    assert error.message.startswith("adapter 'iag' did not start: it is DEAD")
    assert error.message.endswith("; changed before: servicenow; not tried: email")
    assert [(one.name, one.outcome, one.action) for one in error.reports] == [
        ("servicenow", "changed", "restart"),
        ("iag", "failed", "restart"),
        ("email", "not_tried", None),
    ]
    assert len(world.writes) == 2


async def test_nothing_is_restarted_if_one_of_the_names_is_unknown(world: World) -> None:
    with pytest.raises(ConfigurationError) as caught:
        await world.change("restarted", ["iag", "emial"])
    assert caught.value.message == "there is no adapter 'emial': use email, iag, servicenow"
    assert world.writes == []


@pytest.mark.parametrize("status", [404, 500])
async def test_a_single_unknown_name_is_an_error_with_the_known_ones(
    world: World, status: int
) -> None:
    world.fault(status, path="/health/adapters/emial")
    with pytest.raises(ConfigurationError) as caught:
        await world.change("restarted", "emial")
    assert caught.value.message == (
        "there is no adapter 'emial': use one of email, iag, servicenow; an integration is not a"
        " process and has no state"
    )
    world.sim.tables["adapter"].clear()
    with pytest.raises(ConfigurationError, match="use one of none"):
        await world.change("started", "iag")


@pytest.mark.parametrize("body", ["null", "{}", '{"results": []}'])
async def test_a_health_that_only_the_list_has_is_found_there(obeyed: World, body: str) -> None:
    fault = {"body": body, "type": "application/json", "times": 9}
    obeyed.fault(200, **fault)
    assert (await obeyed.only("restarted")).outcome == "changed"


async def test_a_service_that_vanishes_before_its_turn_is_a_failure(world: World) -> None:
    world.sim.settings["start_polls"] = 1
    email = world.sim.tables["adapter"].named("email")
    world.then(lambda: world.sim.tables["adapter"].remove(email))
    error = await world.fail("restarted", ["iag", "email"])
    assert "there is no adapter 'email'" in error.message
    assert "changed before: iag" in error.message


async def test_a_service_that_vanishes_while_it_restarts_is_awaited(world: World) -> None:
    world.sim.settings["start_polls"] = 1
    iag = world.sim.tables["adapter"].named("iag")
    world.then(lambda: world.sim.tables["adapter"].remove(iag))
    error = await world.fail("restarted", wait_timeout=5)
    assert "is STARTING, OFFLINE 5 seconds after its restart" in error.message


async def test_an_empty_list_of_names_needs_nothing(world: World) -> None:
    outcome = await world.change("restarted", [])
    assert (outcome.reports, len(world.sim.log)) == ([], 0)


# Log levels


async def test_a_log_level_is_set_if_it_differs(obeyed: World) -> None:
    levels = {"file": "debug", "syslog": "warn"}
    predicted = await obeyed.only(None, log=levels, predict=True)
    assert (predicted.outcome, obeyed.writes) == ("changed", [])
    report = await obeyed.only(None, log=levels)
    assert (report.outcome, report.action) == ("changed", None)
    assert report.log == {"file": LevelChange("info", "debug")}
    assert obeyed.writes == [
        ("PUT /adapters/iag/loglevel", {"properties": {"transport": "file", "level": "debug"}})
    ]
    again = await obeyed.only(None, log=levels)
    assert (again.outcome, again.log) == ("unchanged", {})


async def test_a_log_level_is_set_after_the_service_was_restarted(obeyed: World) -> None:
    await obeyed.only("restarted", log={"console": "spam"})
    assert [call for call, dummy in obeyed.writes] == [
        "PUT /adapters/iag/restart",
        "PUT /adapters/iag/loglevel",
    ]


async def test_a_log_level_that_the_health_does_not_have_is_set_each_time(obeyed: World) -> None:
    obeyed.set(state="DEAD")
    for dummy in range(2):
        report = await obeyed.only(None, log={"file": "info"})
        assert report.log == {"file": LevelChange(None, "info")}


@pytest.mark.parametrize("loss", [httpx.ReadError("reset"), 500, 502, 503, 504])
async def test_a_log_level_whose_response_is_lost_is_looked_up(obeyed: World, loss: Any) -> None:
    obeyed.lost["/adapters/iag/loglevel"] = loss
    report = await obeyed.only(None, log={"file": "debug"})
    assert (report.outcome, report.log) == ("changed", {"file": LevelChange("info", "debug")})
    assert len(obeyed.writes) == 1


@pytest.mark.parametrize(("status", "seconds"), [(500, 0), (504, 15)])
async def test_a_log_level_that_the_server_does_not_show_is_an_error(
    world: World, status: int, seconds: float
) -> None:
    world.sim.faults.append(
        {"path": "/loglevel", "method": "PUT", "status": status, "body": "late"}
    )
    error = await world.fail(None, log={"file": "debug"})
    assert error.message.startswith("it is unknown if the log level of adapter 'iag' was set: PUT ")
    assert str(status) in error.message
    assert error.message.endswith("; its last known level for file is info: repeat the task")
    assert (len(world.writes), sum(world.time.sleeps)) == (1, seconds)
    # It may have been set.
    assert error.reports[0].log == {"file": LevelChange("info", "debug")}


async def test_a_log_level_that_cannot_be_looked_up_is_an_error(world: World) -> None:
    world.set(state="DEAD")
    world.lost["/adapters/iag/loglevel"] = httpx.ReadError("reset")
    error = await world.fail(None, log={"file": "debug"})
    assert "; its last known level for file is unknown: " in error.message


async def test_a_log_level_that_the_server_refuses_is_not_in_the_report(world: World) -> None:
    world.lost["/adapters/iag/loglevel"] = [None, 403]
    error = await world.fail(None, log={"file": "debug", "console": "spam"})
    assert "403" in error.message
    assert [*error.reports[0].log] == ["file"]


# Options


@pytest.mark.parametrize(
    ("state", "options", "error"),
    [
        ("started", {"adapter": None}, "give adapter or application"),
        ("started", {"application": "AGManager"}, "give adapter or application"),
        ("started", {"adapter": ""}, "adapter must be a name or a list of names, not ''"),
        ("started", {"adapter": 5}, "adapter must be a name or a list of names, not 5"),
        (None, {}, "state and log are missing"),
        ("running", {}, "state must be one of started, stopped, restarted, not 'running'"),
        (None, {"log": {"disk": "info"}}, "log: 'disk' is unknown: use file, console, syslog"),
        (None, {"log": {"file": "loud"}}, "log.file must be one of error, warn"),
        ("started", {"wait_interval": 0}, "wait_interval must be more than 0"),
    ],
)
async def test_options_are_checked_before_anything_is_sent(
    world: World, state: Any, options: dict[str, Any], error: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        await world.change(state, **options)
    assert error in caught.value.message
    assert len(world.sim.log) == 0
    with pytest.raises(TypeError, match="bring got an unknown argument 'adaptor'"):
        await world.change("started", adaptor="iag")


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        ({"state": "Running", "connection": {"state": "online"}}, "RUNNING, ONLINE"),
        ({"state": "RUNNING", "connection": "offline"}, "RUNNING, OFFLINE"),
        ({"state": "DEAD", "connection": None, "logger": None, "pid": ""}, "DEAD"),
        ({"state": None}, "in an unknown state"),
    ],
)
def test_a_sparse_health_is_understood(record: Any, shown: str) -> None:
    assert str(health_in(record)) == shown
