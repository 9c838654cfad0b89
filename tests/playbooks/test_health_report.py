# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of the page that the playbook `health_report` writes."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from markupsafe import escape

from tests.playbooks.conftest import CLIENT_SECRET, Ansible, find_leaks
from tests.playbooks.health_report import SECRET, busy_platform
from tests.playbooks.test_guides import ROOT

HOSTILE = """ "'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;{{ 7 * 7 }}{% if %}"""
VOID = {"meta", "link"}


class Page(HTMLParser):
    """A page, taken apart.

    Attributes:
        sections: The text of each section, by its heading.
        tags: The names of all elements.
        addresses: All that the page could load.
        open: The elements that are open, none at the end of a well-formed page.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sections: dict[str, str] = {"": ""}
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.open: list[str] = []
        self._section = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        assert not any(name.startswith("on") for name in found), found
        self.addresses += [str(found[name]) for name in ("src", "href", "action") if name in found]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "h2":
            self._section = self.sections[""] = ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "h2":
            self._section = self.sections.pop("").strip()
            self.sections[self._section] = self.sections[""] = ""

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            place = "" if self.open and self.open[-1] == "h2" else self._section
            self.sections[place] = " ".join(f"{self.sections.get(place, '')} {data}".split())


@pytest.fixture
def connected(ansible: Ansible) -> Ansible:
    ansible.environment.update(ansible.exports("itential_platform"))
    return ansible


def write(ansible: Ansible, *arguments: str) -> str:
    """Run the playbook in the current directory, and return the page."""
    done = ansible.run("ansible-playbook", "restops.clients.health_report", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert find_leaks(SECRET, done.stdout + done.stderr) == []
    return (ansible.folder / "health_report.html").read_text(encoding="utf-8")


def test_the_page_shows_problems_first_and_then_every_part(connected: Ansible) -> None:
    busy_platform(connected.platform.simulator)
    text = write(connected)
    page = Page(text)
    assert page.open == []
    first, *others = [name for name in page.sections if name]
    assert first == "8 problems"
    assert page.sections[first].startswith("Adapter infoblox is DEAD Adapter splunk is STOPPED ")
    assert "Workflow Upgrade router failed in 5 of 18 jobs" in page.sections[first]
    assert "Plan Edge routers found 3 errors on 6 devices" in page.sections[first]
    assert "Plan Branch offices has checked no device" in page.sections[first]
    assert "1 task waits for a person" in page.sections[first]
    shown = {name.split()[0]: page.sections[name] for name in others}
    assert "Adapters 6/8 running" in page.sections[first]
    assert shown["Jobs"].startswith("complete 198 error 8 running now 3 canceled 1 paused 1")
    assert shown["Failing"].split("Failed")[1].startswith(" Upgrade router no route, password=[")
    assert "Port turn up the port is in use 2 of 61" in shown["Failing"]
    assert "Deprovision customer the ticket is not approved 1 of 7" in shown["Failing"]
    assert shown["Slowest"].split("Mean time")[1].startswith(" Upgrade router 18 jobs, longest")
    assert shown["Adapters"].startswith("RUNNING 6 DEAD 1 STOPPED 1 Name State Up infoblox")
    assert shown["Applications"].startswith("RUNNING 3 3 running")
    assert "Edge routers 6 devices errors 3 warnings 4 passes 144" in shown["Compliance"]
    assert "Approve the change" in shown["Waiting"]
    assert shown["Workers"] == "Worker State Job worker on Task worker on"
    assert shown["Server"].startswith("Part Value Version 6.5.2 Release 6.5.2")
    assert "Long ago" not in text
    for secret in (SECRET, CLIENT_SECRET, *connected.platform.simulator.sessions):
        assert find_leaks(secret, text) == []


def test_the_command_of_the_guide_writes_the_page(connected: Ansible) -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^(ansible-playbook .*health_report.*)$", text, re.MULTILINE)
    done = connected.run(*command.split())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "<h1>Itential Platform" in (connected.folder / "report.html").read_text()


@pytest.mark.parametrize("release", ["2023.2", "6.6"])
def test_a_quiet_server_has_no_problems(connected: Ansible, release: str) -> None:
    connected.platform.simulator.release = release
    page = Page(write(connected))
    assert "No problems" in page.sections
    assert "No job failed." in page.sections["Failing workflows"]
    assert "There are no plans." in page.sections["Compliance last run of each plan"]


def test_values_of_the_server_are_no_markup(connected: Ansible) -> None:
    simulator = connected.platform.simulator
    busy_platform(simulator, HOSTILE)
    names = ("version", "release", "build", "arch", "platform", "uptime")
    answers = {
        "/health/server": {**dict.fromkeys(names, HOSTILE), "versions": {"node": HOSTILE}},
        "/health/status": {
            "serverName": HOSTILE,
            "services": [{"service": HOSTILE, "status": HOSTILE}],
        },
    }
    simulator.faults += [
        {"path": path, "status": 200, "type": "application/json", "body": json.dumps(answer)}
        for path, answer in answers.items()
    ]
    simulator.tables["adapter"].seed([{"name": "strange", "state": HOSTILE}])
    simulator.tables["job"].seed([{"name": "strange", "status": HOSTILE}])
    arguments = ("-e", "health_report_title=<b>Mine</b>")
    text = write(connected, *arguments)
    page = Page(text)
    assert page.open == []
    assert {"script", "img", "b"}.isdisjoint(page.tags)
    assert all(address.startswith(("#", "data:")) for address in page.addresses)
    for name in ("Upgrade router", "infoblox", "Edge routers", "Approve the change"):
        assert name + str(escape(HOSTILE)) in text


def fail_parts(simulator: Any, parts: dict[str, int]) -> None:
    """Make a Platform answer these paths with these statuses."""
    simulator.faults += [{"path": path, "status": parts[path], "times": 99} for path in parts]


def test_parts_that_cannot_be_read_are_problems_and_the_others_are_shown(
    connected: Ansible,
) -> None:
    simulator = connected.platform.simulator
    busy_platform(simulator)
    fail_parts(
        simulator,
        {
            "/health/server": 500,
            "/workflow_engine/workers/status": 403,
            "/health/adapters": 500,
            "/operations-manager/jobs": 403,
            "/operations-manager/tasks": 403,
            "/configuration_manager/search/compliance_plans": 404,
        },
    )
    text = write(connected)
    page = Page(text)
    assert "<title>Itential Platform: 5 problems</title>" in text
    verdict = page.sections["5 problems"]
    assert re.match(r"Adapters could not be read: GET \S+/health/adapters\S*: 500 ", verdict)
    for name, status in (("Jobs", 403), ("Server", 500), ("Tasks", 403), ("Workers", 403)):
        assert re.search(rf" {name} could not be read: GET \S+: {status} ", verdict), name
    assert "The server does not have these parts: compliance." in verdict
    for name in ("Workers", "Adapters", "Jobs", "Failing", "Slowest", "Compliance", "Waiting"):
        (text,) = (text for title, text in page.sections.items() if title.startswith(name))
        assert text.startswith("Not available."), name
        assert re.search(r"\b(403|404|500) ", text), name
    assert "RUNNING 3" in page.sections["Applications"]


def test_a_quiet_server_that_lacks_a_part_does_not_have_no_problems(connected: Ansible) -> None:
    fail_parts(
        connected.platform.simulator, {"/configuration_manager/search/compliance_plans": 404}
    )
    text = write(connected)
    assert "<title>Itential Platform: 1 part not available</title>" in text
    assert "No problems" not in text


def fail(ansible: Ansible) -> str:
    """Run the playbook, which fails and writes no page; return its output."""
    done = ansible.run("ansible-playbook", "restops.clients.health_report")
    assert done.returncode == 2, done.stdout + done.stderr
    assert not (ansible.folder / "health_report.html").exists()
    return done.stdout + done.stderr


@pytest.mark.parametrize("status", [401, 403, 404, 405, 501])
def test_a_login_that_fails_ends_the_play(connected: Ansible, status: int) -> None:
    simulator = connected.platform.simulator
    fail_parts(simulator, {"/oauth/token": status})
    output = fail(connected)
    assert re.search(rf'=> {{"changed": false, "msg": "POST \S+/oauth/token: {status} ', output)
    assert simulator.counters["requests"] == 1


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_server_of_which_nothing_can_be_read_ends_the_play(
    connected: Ansible, status: int
) -> None:
    fail_parts(
        connected.platform.simulator,
        {
            "/health/server": status,
            "/health/status": status,
            "/health/adapters": status,
            "/health/applications": status,
            "/workflow_engine/workers/status": status,
            "/operations-manager/jobs": status,
            "/operations-manager/tasks": status,
            "/configuration_manager/search/compliance_plans": status,
        },
    )
    assert re.search(rf"GET \S+/health/server: {status} ", fail(connected))


def test_a_plan_whose_reports_cannot_be_read_says_so(connected: Ansible) -> None:
    simulator = connected.platform.simulator
    busy_platform(simulator)
    simulator.settings["instances_grouped"] = True
    refused = f"/configuration_manager/compliance_reports/batch/{0xB0:024x}"
    simulator.faults.append({"path": refused, "status": 403, "times": 99})
    simulator.tables["compliance_plan"].seed([{"name": "Never run"}])
    page = Page(write(connected))
    assert re.search(
        r" Plan Edge routers could not be read: GET \S+: 403 ", page.sections["8 problems"]
    )
    text = page.sections["Compliance last run of each plan"]
    assert re.search(r"Edge routers 0 devices Not available\. .*403", text)
    assert "Never run 0 devices Not available. It has not run yet." in text
    assert "Data centre fabric 4 devices warnings 1 passes 96" in text


def test_every_value_in_the_templates_is_escaped() -> None:
    """An expression ends with a filter that makes it safe, or calls a macro, or is a number."""
    files = {path: path.read_text() for path in (ROOT / "playbooks/templates").glob("*.j2")}
    macros = re.findall(r"\{% macro (\w+)", "".join(files.values()))
    safe = re.compile(
        r".*\| (e|int|length|round\(1\))"
        rf"|(show\.)?({'|'.join(macros)})\(.*"
        r"|whole[ \d/%]*"
        r"|'[ a-z]*' if .* else '[ a-z]*'",
        re.DOTALL,
    )
    for path, text in files.items():
        expressions = re.findall(r"\{\{(.*?)\}\}", text, re.DOTALL)
        assert [found for found in expressions if not safe.fullmatch(found.strip())] == [], path
