# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options from all sources: the order, what counts as given, and credentials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible import constants
from ansible_collections.restops.clients.plugins.module_utils.tasks import options
from ansible_collections.restops.clients.plugins.plugin_utils import sources

PLACES = ("own", "defaults", "environment", "variables", "process", "configuration")
NOTHING = [None, "", "__omit_place_holder__5baa61e4"]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for service in options.SERVICES:
        for option in service.option_names:
            monkeypatch.delenv(option.environment, raising=False)
    monkeypatch.setattr(constants, "CONFIG_FILE", None)


class Given:
    """Values by place, and what is resolved from them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        self._patch = monkeypatch
        self._file = tmp_path / "ansible.cfg"

    def resolve(
        self, service: Any = options.KEYSTONE, **places: dict[str, Any]
    ) -> sources.Resolution:
        for name, value in places.get("process", {}).items():
            self._patch.setenv(name, value)
        lines = [f"{name} = {value}" for name, value in places.get("configuration", {}).items()]
        self._file.write_text("\n".join(["[restops_clients]", *lines]))
        self._patch.setattr(constants, "CONFIG_FILE", str(self._file))
        return sources.resolve(
            service,
            *(places.get(place, {}) for place in PLACES[:4]),
            template=lambda value: value,
        )


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Given:
    return Given(monkeypatch, tmp_path)


NAMES = [*["username"] * 2, *["KEYSTONE_USERNAME", "keystone_username"] * 2]


@pytest.mark.parametrize("first", range(len(PLACES)))
@pytest.mark.parametrize("alias", [False, True])
def test_the_highest_source_wins_under_any_name(given: Given, first: int, alias: bool) -> None:
    names = list(NAMES)
    if alias and first < 2:
        names[first] = "user"
    found = given.resolve(
        **{PLACES[number]: {names[number]: f"from {PLACES[number]}"} for number in range(first, 6)}
    )
    assert found.arguments == {
        "user" if alias and first < 2 else "username": f"from {PLACES[first]}"
    }
    assert found.levels == {"username": first}


@pytest.mark.parametrize("nothing", NOTHING)
@pytest.mark.parametrize("place", range(5))
def test_a_source_with_nothing_is_passed_over(given: Given, place: int, nothing: Any) -> None:
    if PLACES[place] == "process" and nothing is None:
        nothing = ""
    found = given.resolve(
        **{PLACES[place]: {NAMES[place]: nothing}},
        configuration={"keystone_username": "ada"},
    )
    assert found.arguments == {"username": "ada"}


def test_an_empty_value_in_the_configuration_is_nothing(given: Given) -> None:
    assert given.resolve(configuration={"keystone_username": ""}).arguments == {}


@pytest.mark.parametrize(("own", "seen"), [(None, {}), ("", {"password": "of the defaults"})])
def test_null_takes_a_default_back_and_an_empty_text_does_not(
    given: Given, own: Any, seen: dict[str, Any]
) -> None:
    defaults = {"password": "of the defaults"}
    assert given.resolve(own={"password": own}, defaults=defaults).arguments == seen


def test_false_and_zero_are_values(given: Given) -> None:
    found = given.resolve(
        own={"verify": False, "ttl": 0},
        process={"KEYSTONE_VALIDATE_CERTS": "true", "KEYSTONE_TTL": "9"},
    )
    assert found.arguments == {"verify": False, "ttl": 0}


def test_other_options_stay_as_they_are(given: Given) -> None:
    found = given.resolve(own={"path": "", "body": None}, defaults={"retry": 2, "path": "/x"})
    assert found.arguments == {"path": "", "body": None, "retry": 2}


PASSWORD = {"username": "ada", "password": "x"}
IN_ENVIRONMENT = {"KEYSTONE_USERNAME": "ada", "KEYSTONE_PASSWORD": "x"}


@pytest.mark.parametrize(
    ("places", "left"),
    [
        ({"own": {"token": "t"}, "process": IN_ENVIRONMENT}, {"token"}),
        (
            {
                "own": {"token": "t"},
                "defaults": {"user": "ada"},
                "process": {"KEYSTONE_PASSWORD": "x"},
            },
            {"token"},
        ),
        ({"own": {"token": "t"}, "process": {"KEYSTONE_PASSWORD": "x"}}, {"token"}),
        ({"own": PASSWORD, "process": {"KEYSTONE_TOKEN": "t"}}, {"username", "password"}),
        (
            {
                "own": {"username": "a"},
                "defaults": {"password": "x"},
                "process": {"KEYSTONE_TOKEN": "t"},
            },
            {"username", "password"},
        ),
        (
            {
                "own": {"username": "a"},
                "defaults": {"token": "t"},
                "process": {"KEYSTONE_PASSWORD": "x"},
            },
            {"username", "password", "token"},
        ),
        ({"own": {**PASSWORD, "token": "t"}}, {"username", "password", "token"}),
        ({"process": {**IN_ENVIRONMENT, "KEYSTONE_TOKEN": "t"}}, {"username", "password", "token"}),
        ({"own": {"username": "a"}, "process": {"KEYSTONE_TOKEN": "t"}}, {"username", "token"}),
        (
            {
                "variables": {"keystone_token": "t"},
                "configuration": {"keystone_username": "a"},
            },
            {"token"},
        ),
    ],
)  # fmt: skip
def test_a_complete_way_to_authenticate_drops_those_of_lower_sources(
    given: Given, places: dict[str, Any], left: set[str]
) -> None:
    assert set(given.resolve(**places).arguments) == left


@pytest.mark.parametrize(
    ("own", "left"),
    [
        ({"auth_type": "byo_token", "token": "t"}, {"auth_type", "token"}),
        ({"auth_type": "no_auth"}, {"auth_type"}),
        ({"auth_type": "client_grant"}, {"auth_type", "client_id", "client_secret"}),
        ({"auth_type": "magic"}, {"auth_type", "client_id", "client_secret"}),
        ({"token": "t"}, {"token", "client_id", "client_secret"}),
        ({"auth_type": "no_auth", "client_id": "a"}, {"auth_type", "client_id"}),
    ],
)
def test_the_chosen_way_of_sequoia_drops_credentials_of_lower_sources(
    given: Given, own: dict[str, Any], left: set[str]
) -> None:
    process = {"SEQUOIA_CLIENT_ID": "a", "SEQUOIA_CLIENT_SECRET": "b"}
    assert set(given.resolve(options.SEQUOIA, own=own, process=process).arguments) == left


@pytest.mark.parametrize(
    ("places", "origin"),
    [
        (
            {"environment": {"KEYSTONE_TTL": "x"}},
            "the environment variable KEYSTONE_TTL of the task",
        ),
        ({"variables": {"keystone_ttl": "x"}}, "the variable keystone_ttl"),
        ({"process": {"KEYSTONE_TTL": "x"}}, "the environment variable KEYSTONE_TTL"),
        ({"configuration": {"keystone_ttl": "x"}}, "keystone_ttl in ansible.cfg"),
    ],
)  # fmt: skip
def test_a_message_names_the_origin_of_the_option(
    given: Given, places: dict[str, Any], origin: str
) -> None:
    found = given.resolve(**places)
    assert found.explain("ttl must be a number") == f"ttl must be a number (ttl is from {origin})"
    assert found.explain("timeout must be a number") == "timeout must be a number"
    for_others = "proxy is not a URL: give https:// and a host without ttl"
    assert found.explain(for_others) == for_others


@pytest.mark.parametrize("place", ["own", "defaults"])
def test_the_tasks_own_options_need_no_origin(given: Given, place: str) -> None:
    assert given.resolve(**{place: {"ttl": "x"}}).explain("ttl: no") == "ttl: no"


@pytest.mark.parametrize(
    ("service", "arguments", "rivals"),
    [
        (options.KEYSTONE, {}, False),
        (options.KEYSTONE, {"user": "a", "password": "b"}, False),
        (options.KEYSTONE, {"user": "a", "username": "b"}, True),
        (options.KEYSTONE, {"verify": False, "validate_certs": True}, True),
        (options.KEYSTONE, {"token": "a", "user": "b"}, True),
        (options.KEYSTONE, {"url": ""}, True),
        (options.KEYSTONE, {"url": None}, False),
        (options.GATEWAY, {"host": "a", "username": "b", "password": "c"}, False),
        (options.SEQUOIA, {"auth_type": "no_auth"}, True),
        (options.SEQUOIA, {"server_cert": "a", "ca_path": "b"}, True),
    ],
)
def test_when_the_tasks_own_arguments_must_be_known(
    service: Any, arguments: dict[str, Any], rivals: bool
) -> None:
    assert sources.has_rivals(service, arguments) is rivals
