# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of TLS."""

from __future__ import annotations

import os
import pathlib
import ssl
from typing import Any

import pytest
import trustme
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.net import tls
from ansible_collections.restops.clients.plugins.module_utils.core.net.tls_options import (
    is_unverified,
    tls_options,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway import (
    gateway_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.keystone.client import (
    keystone_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.auth import AuthType
from ansible_collections.restops.clients.plugins.module_utils.sequoia.client import sequoia_factory

CONTEXT = ssl.create_default_context()


@pytest.mark.parametrize(
    ("verify", "ca_path", "read"),
    [
        (True, None, (True, None)),
        (None, None, (True, None)),
        (False, None, (False, None)),
        (True, pathlib.Path("ca.pem"), (True, "ca.pem")),
        ("ca.pem", None, (True, "ca.pem")),
        (pathlib.Path("folder"), None, (True, "folder")),
        (CONTEXT, None, (CONTEXT, None)),
    ],
)
def test_verify_is_a_bool_a_path_or_a_context(verify: Any, ca_path: Any, read: Any) -> None:
    options = tls_options(verify, ca_path, None, None, None)
    assert options[:2] == read
    assert is_unverified(options[0]) is (verify is False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((0, None, None, None), "'verify' must be True or False, not 0"),
        ((1, None, None, None), "'verify' must be True or False, not 1"),
        (("false", None, None, None), "'verify' must be True or False, not 'false'"),
        (("", None, None, None), "'verify' must be True or False, not ''"),
        (([], None, None, None), "'verify' must be True or False"),
        (("a.pem", "b.pem", None, None), "'verify' is a path and 'ca_path' is also given"),
        ((CONTEXT, "b.pem", None, None), "load these files into the context"),
        ((CONTEXT, None, "c.pem", None), "load these files into the context"),
        ((True, None, None, "k.pem"), "'client_key' is given without 'client_cert'"),
    ],
)
def test_options_that_cannot_be_used_are_refused(options: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        tls_options(*options, None)


def test_a_context_that_checks_nothing_counts_as_unverified() -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    assert is_unverified(context)


@pytest.mark.parametrize(
    "make",
    [
        lambda **options: platform_factory("server.example", user="a", password="b", **options),
        lambda **options: gateway_factory("server.example", user="a", password="b", **options),
        lambda **options: keystone_factory(
            "https://server.example", username="a", password="b", **options
        ),
        lambda **options: sequoia_factory(
            "https://server.example/services/acme", auth_type=AuthType.NO_AUTH, **options
        ),
    ],
)
@pytest.mark.parametrize("want_async", [False, True])
def test_every_client_reads_verify_in_the_same_way(make: Any, want_async: bool) -> None:
    for verify in (None, True, False, "ca.pem", CONTEXT):
        make(verify=verify, want_async=want_async)
    for verify in (0, "false", object()):
        with pytest.raises(ConfigurationError, match="'verify' must be True or False"):
            make(verify=verify, want_async=want_async)


def test_the_callers_own_context_is_used_as_it_is() -> None:
    settings = tls.TlsSettings(CONTEXT)
    assert settings.context() is CONTEXT
    assert settings.stamp() == (CONTEXT,)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def authorities(context: ssl.SSLContext) -> int:
    return context.cert_store_stats()["x509_ca"]


def test_several_folders_and_a_file_of_the_environment_are_all_used(
    environment: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    folders = os.pathsep.join([str(tmp_path), "", "/nonexistent", str(tmp_path)])
    environment.setenv("SSL_CERT_DIR", folders)
    # Authorities of folders are loaded when they are needed.
    assert authorities(tls.TlsSettings().context()) == 0
    environment.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert authorities(tls.TlsSettings().context()) == 1
    assert tls.TlsSettings(False).context().verify_mode == ssl.CERT_NONE


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_an_environment_that_names_nothing_usable_is_named(
    environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.setenv(name, "/nonexistent")
    with pytest.raises(ConfigurationError, match=f"{name} cannot be used: /nonexistent: No such"):
        tls.TlsSettings().context()


def test_the_name_of_a_host_is_not_looked_for_in_the_common_name() -> None:
    assert not tls.TlsSettings().context().hostname_checks_common_name


@pytest.mark.parametrize("change", ["time", "content", "removal"])
def test_a_changed_file_changes_the_stamp(tmp_path: pathlib.Path, change: str) -> None:
    path = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    os.utime(path, ns=(1, 1))
    settings = tls.TlsSettings(ca_path=str(path))
    before, context = settings.stamp(), settings.context()
    assert (settings.stamp(), settings.context()) == (before, context)
    if change == "time":
        os.utime(path, ns=(2, 2))
    elif change == "content":
        path.write_bytes(path.read_bytes() * 2)
        os.utime(path, ns=(1, 1))
    else:
        path.unlink()
    assert settings.stamp() != before
