# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The public module of errors."""

from __future__ import annotations

from ansible_collections.restops.clients.plugins import module_utils as package
from ansible_collections.restops.clients.plugins.module_utils import exceptions
from ansible_collections.restops.clients.plugins.module_utils.core import exceptions as core


def test_it_has_the_errors_that_clients_raise() -> None:
    for name in exceptions.__all__:
        assert getattr(exceptions, name) is getattr(package, name)
        if name != "IpsdkError":
            assert getattr(exceptions, name) is getattr(core, name)
    assert package.exceptions is exceptions


def test_the_base_class_has_the_name_of_the_itential_sdk_too() -> None:
    assert exceptions.IpsdkError is exceptions.ClientError
