# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of keyword arguments."""

from __future__ import annotations

import inspect

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import (
    connection,
    numbers,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)


def make(user: str, **dummy: object) -> None:
    """A function with options."""


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("usr", "make got an unknown argument 'usr': did you mean 'user'?"),
        ("passwort", "make got an unknown argument 'passwort': did you mean 'password'?"),
        ("xyz", "make got an unknown argument 'xyz': it has password, user"),
    ],
)
def test_the_error_names_the_function_the_argument_and_what_was_meant(name, message):
    with pytest.raises(TypeError) as caught:
        options.check_options(make, {"password": 1, name: 2}, frozenset({"password"}))
    assert str(caught.value) == message


def test_known_names_pass():
    options.check_options(make, {"password": 1}, frozenset({"password"}))


def test_the_typed_options_are_those_that_a_connection_has():
    parameters = set(inspect.signature(connection.ConnectionBase.__init__).parameters)
    assert parameters - {"self", "origin", "base_path", "secrets"} == options.CONNECTION_OPTIONS


@pytest.mark.parametrize("number", [0, -1, True, 1.0, "1", None])
def test_a_number_that_is_not_whole_or_too_low_is_refused(number):
    with pytest.raises(ConfigurationError, match="^limit must be a whole number from 1, not "):
        numbers.whole_number("limit", number)


def test_a_whole_number_may_have_a_highest_value():
    assert [numbers.whole_number("port", number, 0, 9) for number in (0, 9)] == [0, 9]
    with pytest.raises(
        ConfigurationError, match="^port must be a whole number from 0 to 9, not 10$"
    ):
        numbers.whole_number("port", 10, 0, 9)
