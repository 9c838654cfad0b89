# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures in responses of 2xx."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.failures import Failure


@pytest.mark.parametrize(
    ("failure", "answer", "reason"),
    [
        (Failure("status", equals="failure"), {"status": "failure", "message": "no"}, "no"),
        (Failure("status", equals="failure"), {"status": "Failure", "message": "no"}, "no"),
        (Failure("status", equals="failure"), {"status": "success", "message": "fine"}, None),
        (Failure("", equals=False), False, "the response is false"),
        (Failure("", equals=False), True, None),
        (Failure("", equals=False), {}, None),
        (
            Failure("imported.*.success", equals=False),
            {"imported": [{"success": True}, {"success": False, "message": "bad name"}]},
            "bad name",
        ),
        (Failure("imported.*.success", equals=False), {"imported": "nothing"}, None),
        (Failure("n", equals=0), {"n": 0}, "n is 0"),
        (Failure("n", equals=0), {"n": False}, None),
        (Failure("doc", equals=None), {}, "doc is null"),
        (
            Failure("metadata.failedComponents", filled=True),
            {"metadata": {"failedComponents": [{"name": "x"}]}},
            'metadata.failedComponents is [{"name":"x"}]',
        ),
        (Failure("metadata.failedComponents", filled=True), {"metadata": {}}, None),
        (Failure("*.success", equals=False), [{"success": False, "reason": "r"}], "r"),
        (Failure("created.name", differs="name"), {"created": {"name": "a"}}, None),
        (Failure("created.name", differs="name"), {"created": {}}, None),
        (
            Failure("created.name", differs="name"),
            {"created": {"name": "a (1)"}},
            "the server stored it with the name 'a (1)'",
        ),
        (
            Failure("isValid", equals=False, reason="errors"),
            {"isValid": False, "errors": [{"path": "x"}]},
            '[{"path":"x"}]',
        ),
        (
            Failure("status", equals="failure"),
            {"status": "failure", "message": {"detail": "no such device"}},
            '{"detail":"no such device"}',
        ),
        (
            Failure("errors.*", filled=True),
            {"errors": ["", "the name is taken"]},
            "the name is taken",
        ),
        (Failure("errors.*", filled=True), {"errors": [{"message": "too long"}]}, "too long"),
        (Failure("n", equals=1), {"n": True}, None),
        (Failure("n", equals=1), {"n": 1.0}, "n is 1.0"),
        (
            Failure("created.number", differs="number"),
            {"created": {"number": True}},
            "the server stored it with the number True",
        ),
    ],
)
def test_a_failure_in_a_response_of_200_is_found_with_its_reason(
    failure: Failure, answer: Any, reason: str | None
) -> None:
    assert failure.find(answer, {"name": "a", "number": 1}) == reason


def test_a_failure_has_one_sign() -> None:
    assert repr(Failure("n", equals=0)) == "<Failure n>"
    for options in ({}, {"equals": 0, "filled": True}):
        with pytest.raises(ConfigurationError, match="needs one of 'equals', 'filled' and"):
            Failure("n", **options)
