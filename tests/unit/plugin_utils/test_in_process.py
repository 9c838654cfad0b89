# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done with the arguments of a task before they are used."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.plugin_utils import in_process

DAY = datetime.date(2026, 1, 2)


class AnsibleDate(datetime.date):
    __module__ = "ansible.module_utils._internal"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"a": {2: 2, None: 3, True: 4, 1.5: 5}}, None),
        ({"a": [DAY, ({},)]}, None),
        ("text", None),
        ({DAY: "x"}, "date"),
        ({"body": [{"a": ({(1, 2): 3},)}]}, "tuple"),
        ({"body": {AnsibleDate(2026, 1, 2): "x"}}, "date"),
        ({datetime.datetime(2026, 1, 2): "x"}, "datetime"),
    ],
)
def test_a_name_that_json_has_no_form_for_is_found(value: Any, kind: str | None) -> None:
    assert in_process.odd_name(value) == kind
