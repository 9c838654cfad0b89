# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands on devices: run once, and judged by their rules and responses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.commands import (
    CommandError,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Platform

TEMPLATE = "/mop/RunCommandTemplate"
VERSION = {"rule": "17.9", "eval": "contains", "severity": "error"}
CLEAN = {"rule": "crash", "eval": "!contains", "severity": "warning"}


class World(Platform):
    """A Platform with the template `Version`, and two devices that differ."""

    def __init__(self, case: Case, **settings: Any) -> None:
        super().__init__(case, **settings)
        self.seed("Version", [{"command": "show version", "rules": [VERSION, CLEAN]}])
        self.answer({"r1": "Version 17.9", "r2": "Version 16.3, crash"})

    def seed(self, name: str, commands: Any, **more: Any) -> None:
        record = {"name": name, "commands": commands, **more}
        self.sim.tables["command_template"].seed([record])

    def answer(self, responses: Any, command: str = "show version") -> None:
        self.sim.settings["outputs"] = {command: responses}

    async def do(self, verb: str, *args: Any, **options: Any) -> Any:
        return await self.case.kind.wait(getattr(self.client.commands, verb)(*args, **options))

    async def run(self, *devices: str, **options: Any) -> Any:
        given = options if "command" in options else {"template": "Version", **options}
        return await self.do("run", devices=list(devices) or ["r1"], **given)

    async def fail(self, *devices: str, **options: Any) -> CommandError:
        with pytest.raises(CommandError) as caught:
            await self.run(*devices, **options)
        return caught.value

    def fault(self, answer: Any, path: str = TEMPLATE, status: int = 200, times: int = 1) -> None:
        fault = {"path": path, "status": status, "body": json.dumps(answer), "times": times}
        self.sim.faults.append({**fault, "type": "application/json"})


@pytest.fixture
def world(case: Case) -> Iterator[World]:
    """Yield a Platform, and check at the end that it has ignored nothing that was sent."""
    made = World(case)
    yield made
    assert made.sim.ignored == []


# Templates


async def test_a_template_is_run_once_for_all_devices(world: World) -> None:
    world.answer("Version 17.9")
    outcome = await world.run("r1", "r2", "r1", variables={"x": 1})
    body = {"template": "Version", "variables": {"x": 1}, "devices": ["r1", "r2"]}
    assert world.writes == [(f"POST {TEMPLATE}", body)]
    assert (outcome.passed, outcome.failed_rules, outcome.problems) == (True, [], [])
    assert [one["device"] for one in outcome.results.commands] == ["r1", "r2"]
    assert outcome.results.head["name"] == "Version"


async def test_a_failed_rule_is_named_with_device_and_command(world: World) -> None:
    error = await world.fail("r1", "r2")
    assert error.message == (
        "template 'Version' failed: r2: 'show version' fails the rule contains '17.9' (error);"
        " r2: 'show version' fails the rule !contains 'crash' (warning)"
    )
    assert error.outcome.passed is False
    assert error.outcome.failed_rules[0] == ("r2", "show version", "17.9", "contains", "error")


@pytest.mark.parametrize(
    ("response", "template", "fail_on", "fails"),
    [
        ("17.9 crash", {}, "verdict", True),
        ("17.9 crash", {"ignoreWarnings": True}, "verdict", False),
        ("17.9 crash", {"ignoreWarnings": True}, "error", False),
        ("17.9 crash", {"ignoreWarnings": True}, "warning", True),
        ("17.9 crash", {}, "never", False),
        ("16.3 crash", {"passRule": False}, "verdict", True),
        ("16.3", {}, "error", True),
    ],
)
async def test_the_verdict_or_the_severity_of_rules_decides(
    world: World, response: str, template: Any, fail_on: str, fails: bool
) -> None:
    world.answer(response)
    world.sim.tables["command_template"].named("Version").update(template)
    if fails:
        await world.fail(fail_on=fail_on)
        return
    outcome = await world.run(fail_on=fail_on)
    assert outcome.failed_rules


async def test_any_rule_is_enough_if_the_template_says_so(world: World) -> None:
    rules = [VERSION, {**VERSION, "rule": "16.3"}]
    world.seed("Either", [{"command": "show version", "rules": rules, "passRule": False}])
    outcome = await world.run("r1", "r2", template="Either")
    assert (outcome.passed, len(outcome.failed_rules)) == (True, 2)


async def test_a_missing_variable_is_an_error_before_anything_is_sent(world: World) -> None:
    world.seed("Route", [{"command": "show route <!vrf!>", "rules": [VERSION]}])
    for verb in ("run", "check"):
        with pytest.raises(ConfigurationError, match="variables.vrf is missing: 'show route <!vr"):
            await world.do(verb, template="Route", devices=["r1"])
    assert world.sim.writes == []
    outcome = await world.run(template="Route", allow_skipped=True)
    assert (outcome.passed, outcome.skipped) == (True, [("r1", "show route <!vrf!>")])
    world.answer("17.9", "show route edge")
    assert (await world.run(template="Route", variables={"vrf": "edge"})).skipped == []


async def test_a_command_that_the_server_skips_does_not_pass(world: World) -> None:
    skipped = {"raw": "show x", "device": "r1", "eval": "missing_parameters", "result": True}
    world.fault({"result": True, "commands_results": [skipped]})
    error = await world.fail()
    assert error.message == (
        "template 'Version' failed: r1: 'show x' was skipped: give its variables, or allow_skipped"
    )


@pytest.mark.parametrize("status", [403, 404])
async def test_a_template_that_the_account_may_not_read_is_run_unchecked(
    world: World, status: int
) -> None:
    world.fault("no", "/mop/listTemplates", status)
    assert (await world.run()).passed is True
    world.fault("broken", "/mop/listTemplates", 500)
    with pytest.raises(HTTPStatusError, match="500"):
        await world.run()


# Responses


@pytest.mark.parametrize(
    ("response", "text"),
    [
        (None, "r1: no usable response to 'show version': the device did not answer"),
        ("Error: connect\n ECONNREFUSED", "Error: connect"),
        ("\n% Invalid input detected at '^' marker.", "% Invalid input detected at '^' marker."),
        ("x\n  % Incomplete command.\n", "% Incomplete command."),
        ({"icode": "AD.500", "IAPerror": {"displayString": "no route"}}, ": no route"),
        ({"error": {"x": 1}}, "the server reports an error"),
        ("Unable to connect to r1", ": Unable to connect to r1"),
        ("r1: device unreachable", ": r1: device unreachable"),
        ("connect ECONNREFUSED 192.0.2.1:22", ": connect ECONNREFUSED 192.0.2.1:22"),
        (
            "> shwo version\nsyntax error, expecting <command>.",
            "syntax error, expecting <command>.",
        ),
        ({"status": "failed", "message": "timed out"}, ": timed out"),
    ],
)
async def test_a_response_that_is_an_error_fails(world: World, response: Any, text: str) -> None:
    world.answer({"r1": response})
    for options in ({}, {"command": "show version"}):
        error = await world.fail(fail_on="never", **options)
        assert error.message.endswith(text)
    assert len(error.outcome.problems) == 1


@pytest.mark.parametrize(
    "response",
    [
        "",
        "0 input errors, 0 CRC",
        "Log:\n%LINK-3-UPDOWN: x",
        "Error counters\n 0",
        "Failed logins: 0",
        "Connection status: up",
        "line 1\nping: 192.0.2.1 is unreachable",
        "no ip unreachables",
        " exec-timeout 5 0",
    ],
)
async def test_ordinary_responses_are_no_errors(world: World, response: str) -> None:
    world.answer(response)
    assert (await world.run(command="show version")).problems == []


async def test_the_errors_can_be_given_as_patterns(world: World) -> None:
    world.answer("% Invalid input\nnot today")
    assert (await world.run(command="show version", error_patterns=[])).problems == []
    error = await world.fail(command="show version", error_patterns=["^NOT "])
    assert error.message.endswith("to 'show version': not today")
    with pytest.raises(ConfigurationError, match=r"error_patterns: '\(' is no regular expression"):
        await world.run(error_patterns=["("])


async def test_a_result_that_is_an_error_fails(world: World) -> None:
    world.fault([{"device": "r1", "error": "no adapter"}], "/mop/RunCommandDevices")
    error = await world.fail(command="show version")
    assert error.message.endswith("failed: r1: no usable response: no adapter")


async def test_a_device_without_a_result_fails(world: World) -> None:
    world.sim.settings["unreachable"] = ("r2",)
    for options in ({}, {"command": "show version"}):
        error = await world.fail("r1", "r2", **options)
        assert error.message.endswith("failed: r2: no usable response: it has no result")


@pytest.mark.parametrize(
    ("answer", "passed"),
    [
        ({"command_results": [{"device": "r1", "response": "x", "result": True}]}, True),
        ({"raw": "x", "device": {"name": "r1"}, "response": "x", "result": False}, False),
        ({"response": "x", "rules": [{"rule": "y", "result": False}]}, False),
        ({"response": "x", "rules": [{"rule": "y"}, 5]}, None),
        ([{"response": "x", "result": True}], True),
        (["x"], None),
        (
            {
                "all_pass_flag": False,
                "commands_results": [
                    {"response": "x", "result": True},
                    {"response": "x", "result": False},
                ],
            },
            True,
        ),
    ],
)
async def test_responses_in_other_forms_are_understood(
    world: World, answer: Any, passed: bool | None
) -> None:
    world.fault(answer)
    outcome = await world.run(fail_on="never")
    assert (outcome.passed, outcome.results.commands[0]["response"]) == (passed, "x")


async def test_a_verdict_without_failed_rules_names_the_command_or_the_verdict(
    world: World,
) -> None:
    result = {"device": "r1", "raw": "show x", "response": "x", "result": False}
    world.fault({"result": False, "commands_results": [result]})
    assert (await world.fail()).message.endswith("failed: r1: 'show x' does not pass")
    world.fault({"result": False, "commands_results": [{**result, "result": True}]})
    assert (await world.fail()).message.endswith("failed: the verdict of the server is false")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"status": "failure", "message": "no adapter"}, "no adapter"),
        ("Error: no adapter", "Error: no adapter"),
        (None, "the response is empty"),
    ],
)
async def test_a_response_that_is_an_error_fails_for_each_device(
    world: World, answer: Any, text: str
) -> None:
    world.fault(answer)
    error = await world.fail("r1", "r2")
    assert error.message == (
        f"template 'Version' failed: r1: no usable response: {text}; r2: no usable response: {text}"
    )


async def test_a_text_in_place_of_json_is_an_error(world: World) -> None:
    world.sim.faults.append({"path": TEMPLATE, "status": 200, "body": "No adapter", "times": 1})
    error = await world.fail()
    assert error.message.endswith("failed: r1: no usable response: No adapter")
    with pytest.raises(ClientError) as caught:
        await world.run(variables={"x": float("nan")})
    assert "unknown" not in caught.value.message


async def test_a_message_names_five_problems_and_counts_the_others(world: World) -> None:
    world.answer("16.3")
    error = await world.fail(*[f"r{number}" for number in range(8)])
    assert error.message.endswith("; and 3 more")


@pytest.mark.parametrize(
    "answer",
    [
        [{"response": "x"}, {"response": "y"}, {"response": "z"}],
        ["Version 1"],
        {"raw": "show version", "response": "x", "result": True},
        [{"device": "r2", "response": "x"}, {"response": "y"}],
        [
            {"raw": "a", "response": "x"},
            {"raw": "a", "response": "x"},
            {"raw": "b", "response": "x"},
        ],
    ],
)
async def test_results_that_belong_to_no_device_fail(world: World, answer: Any) -> None:
    world.fault(answer)
    error = await world.fail("r1", "r2")
    reason = "no usable response: the results do not name their devices"
    assert error.message == f"template 'Version' failed: r1: {reason}; r2: {reason}"


async def test_results_without_names_are_those_of_the_devices_in_their_order(world: World) -> None:
    world.fault([{"raw": raw, "response": "x"} for raw in ("a", "a", "b", "b")])
    outcome = await world.run("r1", "r2")
    assert [one["device"] for one in outcome.results.commands] == ["r1", "r2", "r1", "r2"]
    world.fault([{"raw": raw, "response": "x"} for raw in ("a", "b", "a", "b")])
    outcome = await world.run("r1", "r2")
    assert [one["device"] for one in outcome.results.commands] == ["r1", "r1", "r2", "r2"]


@pytest.mark.parametrize(
    ("response", "error"),
    [
        ({"icode": "AD.200", "response": [{"host": "r1", "status": "SUCCESS"}]}, ""),
        ({"icode": "AD.200", "response": [{"host": "r1", "status": "FAILURE"}]}, "FAILURE"),
        ([{"status": "FAILURE", "message": "no route"}], "no route"),
        ([{"host": "r1", "status": "UNREACHABLE"}], "UNREACHABLE"),
        ([{"interface": "Gi1", "status": "down"}], ""),
        ({"icode": "AD.200", "error": "no route"}, "no route"),
    ],
)
async def test_the_status_in_the_response_of_a_gateway_counts(
    world: World, response: Any, error: str
) -> None:
    world.fault([{"device": "r1", "icode": "AD.200", "response": response}])
    if error:
        assert (await world.fail()).message.endswith(f": {error}")
    else:
        assert (await world.run()).problems == []


# Single commands


async def test_a_command_is_run_on_all_devices_at_once(world: World) -> None:
    outcome = await world.run("r1", "r2", command="show version")
    body = {"command": "show version", "devices": ["r1", "r2"]}
    assert world.writes == [("POST /mop/RunCommandDevices", body)]
    assert [one["response"] for one in outcome.results.commands] == [
        "Version 17.9",
        "Version 16.3, crash",
    ]


async def test_a_command_with_variables_is_run_on_each_device(world: World) -> None:
    with pytest.raises(ConfigurationError, match="variables.what is missing: 'show <!what!>'"):
        await world.run("r1", command="show <!what!>", variables={"x": 1})
    given = {"command": "show <!what!>", "variables": {"what": "version"}}
    outcome = await world.run("r1", "r2", **given)
    # They are sent side by side.
    assert sorted(world.writes, key=str) == [
        ("POST /mop/RunCommand", {**given, "device": "r1"}),
        ("POST /mop/RunCommand", {**given, "device": "r2"}),
    ]
    assert [one["device"] for one in outcome.results.commands] == ["r1", "r2"]


async def test_an_error_of_one_device_does_not_hide_the_results_of_the_others(
    world: World,
) -> None:
    given = {"command": "show <!what!>", "variables": {"what": "version"}}
    for lose, text in (
        (lambda: world.fault({"message": "broken"}, "/mop/RunCommand", 500), "POST http"),
        (lambda: world.lost.update({"/mop/RunCommand": httpx.ReadError("reset")}), "it is unknown"),
    ):
        # The request of either device is the first one.
        lose()
        error = await world.fail("r1", "r2", **given)
        (problem,) = error.outcome.problems
        assert problem.error.startswith(text)
        responses = [one.get("response") for one in error.outcome.results.commands]
        assert responses.count(None) == 1


@pytest.mark.parametrize("outcome", [httpx.ReadError("reset"), 504])
async def test_commands_without_a_response_are_not_run_again(world: World, outcome: Any) -> None:
    world.lost[TEMPLATE] = outcome
    with pytest.raises(ClientError, match="unknown if template 'Version' has run on the devices"):
        await world.run()
    assert len(world.sim.writes) == 1
    world.lost[TEMPLATE] = httpx.ConnectError("refused")
    with pytest.raises(ClientError) as caught:
        await world.run()
    assert "unknown" not in caught.value.message


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"template": "Vresion"}, "there is no command_template 'Vresion': did you mean 'Version'"),
        ({"template": None}, "give one of template and command"),
        ({"template": "Version", "command": "x"}, "give one of template and command"),
        ({"fail_on": "all"}, "fail_on must be one of verdict, error, warning, never, not 'all'"),
        ({"devices": []}, "devices is empty"),
    ],
)
async def test_options_that_cannot_work_are_refused(world: World, options: Any, error: str) -> None:
    with pytest.raises(ConfigurationError, match=error):
        await world.do("run", **{"template": "Version", "devices": ["r1"], **options})
    with pytest.raises(TypeError, match="unknown argument 'device'"):
        await world.do("run", device="r1")
    assert world.sim.writes == []


# Comparison


@pytest.fixture
def stable(world: World) -> World:
    """Add the analytic template `Stable`: the version must be the same."""
    rule = {
        "type": "regex",
        "preRegex": r"Version (\S+)",
        "postRegex": r"Version (\S+)",
        "evaluation": "=",
    }
    command = {"preRawCommand": "show version", "postRawCommand": "show version", "rules": [rule]}
    world.sim.tables["analytic_template"].seed([{"name": "Stable", "prepostCommands": [command]}])
    return world


def comparisons(world: World) -> list[Any]:
    """Return the bodies of the comparisons."""
    return [one.body for one in world.sim.log if one.path == "/mop/runAnalyticsTemplate"]


async def test_results_are_compared_whole(stable: World) -> None:
    pre = (await stable.run("r1")).results
    outcome = await stable.do("compare", "Stable", pre, pre.whole(), variables={"x": 1})
    assert outcome.passed is True
    (body,) = comparisons(stable)
    assert body == {
        "pre": pre.whole(),
        "post": pre.whole(),
        "analytic_template_name": "Stable",
        "variables": {"x": 1},
    }
    assert pre.whole()["all_pass_flag"] is True


async def test_each_device_is_compared_with_itself(stable: World) -> None:
    pre = (await stable.run("r1", "r2", fail_on="never")).results
    stable.answer({"r1": "Version 17.9", "r2": "Version 17.9"})
    post = (await stable.run("r1", "r2")).results
    with pytest.raises(CommandError) as caught:
        await stable.do("compare", "Stable", pre.commands, post)
    assert caught.value.message == (
        "analytic template 'Stable' failed: r2: 'show version' fails the rule ="
        r" 'Version (\\S+) / Version (\\S+)' (error)"
    )
    sides = [
        [len(body[side]["commands_results"]) for side in ("pre", "post")]
        for body in comparisons(stable)
    ]
    assert sides == [[1, 1], [1, 1]]
    outcome = await stable.do("compare", "Stable", pre, post, fail_on="never")
    assert (outcome.passed, outcome.results.devices) == (False, ["r1", "r2"])


async def test_a_comparison_without_a_verdict_fails(stable: World) -> None:
    pre = (await stable.run("r1")).results
    path = "/mop/runAnalyticsTemplate"
    for answer, text in (
        ({"prepostCommands": [{"preRawCommand": "x"}]}, "no usable response: no verdict"),
        ({"status": "error", "message": "no match"}, "no usable response: no match"),
    ):
        stable.fault(answer, path)
        with pytest.raises(CommandError, match=f"r1: {text}"):
            await stable.do("compare", "Stable", pre, pre)
    stable.fault({"result": True}, path)
    assert (await stable.do("compare", "Stable", pre, pre)).passed is True


async def test_one_device_without_a_verdict_fails_a_comparison(stable: World) -> None:
    pre = (await stable.run("r1", "r2", fail_on="never")).results
    for answer in ({"unexpected": 1}, {"prepostCommands": []}):
        stable.fault(answer, "/mop/runAnalyticsTemplate")
        with pytest.raises(
            CommandError, match=r"failed: r\d: no usable response: no verdict$"
        ) as caught:
            await stable.do("compare", "Stable", pre, pre)
        assert caught.value.outcome.passed is None


async def test_a_comparison_that_cannot_work_is_refused(stable: World) -> None:
    pre = (await stable.run("r1")).results
    other = [{"device": "r2", "response": "x"}]
    for template, post, error in (
        ("Stabel", pre, "there is no analytic_template 'Stabel'"),
        ("Stable", other, "pre has the devices r1, and post has r2"),
        ("Stable", "x", "post must be the result of a command template, or its list of results"),
        ("Stable", {"x": 1}, "post must be the result of a command template"),
        ("Stable", [], "post has no results: there is nothing to compare"),
    ):
        with pytest.raises(ConfigurationError, match=error):
            await stable.do("compare", template, pre, post)
    with pytest.raises(TypeError, match="unknown argument 'devices'"):
        await stable.do("compare", "Stable", pre, pre, devices=[])
    assert await stable.do("check_comparison", "Stable", pre, pre) is None
    assert comparisons(stable) == []
