# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of an inventory have no secrets."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.itential.inventory_secrets import (
    without_secrets,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("itential_password", "hunter2"),
        ("ansible_password", "cisco"),
        ("ansible_ssh_pass", "x"),
        ("ansible_become_pass", 1234),
        ("ansible_become_password", ["a"]),
        ("ansible_httpapi_pass", {"a": "b"}),
        ("snmp_community", "public"),
        ("passphrase", "a b c"),
        ("secret", "enable-1"),
        ("enable", "enable-1"),
        ("api_tokens", "abcdef123456"),
        ("api_tokens", ["abcdef123456"]),
        ("credentials", {"user": "ada", "word": "hunter2"}),
        ("itential_host", "$SECRET.lab.host"),
        ("itential_host", "$SECRET_lab.host"),
        ("note", " $GATEWAYSECRET_alias"),
        ("base_url", "https://ada:hunter2@192.0.2.1/"),
        ("config", "username ada password hunter2"),
    ],
)
def test_secrets_and_references_to_secrets_are_left_out(name: str, value: Any) -> None:
    rest = {"itential_host": "192.0.2.1"} if name != "itential_host" else {"site": "x"}
    found = without_secrets({name: value, **rest, "inner": [{name: value}, rest]})
    assert found == {**rest, "inner": [{}, rest]}


def test_a_secret_that_an_entry_names_is_left_out() -> None:
    entries = [{"name": "password", "value": "x"}, {"key": "site", "value": "y"}, {"value": "z"}]
    assert without_secrets(entries) == [{"name": "password"}, *entries[1:]]


def test_references_in_lists_are_left_out() -> None:
    assert without_secrets({"a": ["$SECRET.x.y", "b"]}) == {"a": ["b"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ansible_ssh_private_key_file", "/keys/lab"),
        ("use_keys", True),
        ("ask_pass", False),
        ("password", None),
        ("enable", True),
        ("tokens", 5),
        ("ansible_user", "ada"),
        ("note", "costs $5"),
        ("key_file", "~/.ssh/id"),
        ("ansible_network_os", "cisco.ios.ios"),
    ],
)
def test_variables_that_are_no_secrets_are_kept(name: str, value: Any) -> None:
    assert without_secrets({name: value}) == {name: value}
