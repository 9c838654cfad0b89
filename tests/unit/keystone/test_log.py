# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The logger `kclient`, and what importing the package does."""

from __future__ import annotations

import io
import logging
import pathlib
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from ansible_collections.restops.clients.plugins import module_utils
from ansible_collections.restops.clients.plugins.module_utils import keystone
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.plugins.module_utils.keystone import log
from ansible_collections.restops.clients.tests.unit.support import Case

from .server import CLUSTERS, URL, Keystone, client_of, clusters

FIELDS = ("cid", "baseurl", "method", "endpoint", "url", "status_code", "elapsed", "attempt")


class Kept(logging.Handler):
    """Keeps records."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def kept() -> Iterator[Kept]:
    """Give a handler on `kclient`."""
    handler = Kept()
    logger = logging.getLogger("kclient")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


async def test_every_request_is_a_record_with_its_fields(case: Case, kept: Kept) -> None:
    client = client_of(case, Keystone(tables={CLUSTERS: clusters(1)}))
    await case.kind.wait(client.retrieve_cluster(pk=1))
    login, read = kept.records
    assert (login.method, login.endpoint, login.status_code) == (
        "POST",
        "/authentication/login/",
        200,
    )
    expected = {
        "cid": client.cid,
        "baseurl": URL,
        "method": "GET",
        "endpoint": f"{CLUSTERS}1/",
        "url": f"{URL}{CLUSTERS}1/",
        "status_code": 200,
        "elapsed": 0.0,
        "attempt": 1,
    }
    assert {name: getattr(read, name) for name in FIELDS} == expected
    assert (read.name, read.levelno) == ("kclient", logging.INFO)
    assert read.getMessage() == f"GET {URL}{CLUSTERS}1/: 200 in 0.000 s"


async def test_retries_and_failures_are_records_too(case: Case, kept: Kept) -> None:
    client = client_of(
        case,
        Keystone(httpx.Response(503), httpx.ConnectError("no")),
        anonymous=True,
        retry={"max_tries": 2, "wait": 0},
    )
    with pytest.raises(ClientError):
        await case.kind.wait(client.retrieve_cluster())
    assert [(record.levelname, record.status_code) for record in kept.records] == [
        ("WARNING", 503),
        ("WARNING", ""),
    ]


def test_fields_that_do_not_apply_are_empty_or_0(kept: Kept) -> None:
    logging.getLogger("kclient").info("mine")
    logging.getLogger("kclient").debug("%s", "more", extra={"cid": "c"})
    first, second = kept.records
    assert [getattr(first, name) for name in FIELDS] == [*[""] * 6, 0, 0]
    assert (second.cid, second.baseurl) == ("c", "")
    assert logging.Formatter("%(elapsed).3f %(attempt)d").format(first) == "0.000 0"


async def test_no_record_holds_a_secret(case: Case, kept: Kept) -> None:
    server = Keystone(
        httpx.Response(200, json={}),
        httpx.Response(400, json={"detail": "session-1 correct horse"}),
    )
    client = client_of(case, server)
    for dummy in range(2):
        await case.kind.wait(
            client.http_get("/x", params={"api_key": "in-the-query", "name": "correct horse"})
        )
    await case.kind.wait(client.logout())
    logging.getLogger("kclient").warning("password=%s and correct horse", "hunter2hunter2")
    lines = " ".join(f"{record.__dict__}" for record in kept.records)
    assert not [
        word
        for word in ("correct horse", "session-1", "csrf-1", "in-the-query", "hunter2")
        if word in lines
    ]
    assert len(kept.records) == 5


async def test_the_formatter_of_the_reference_document_works_as_printed(case: Case) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        logging.Formatter("%(cid)s - %(baseurl)s - %(method)s - %(endpoint)s - %(message)s")
    )
    logging.getLogger("kclient").addHandler(handler)
    try:
        client = client_of(case, Keystone(), anonymous=True)
        await case.kind.wait(client.http_get("version"))
        logging.getLogger("kclient").info("mine")
    finally:
        logging.getLogger("kclient").removeHandler(handler)
    assert written.getvalue().splitlines() == [
        f"{client.cid} - {URL} - GET - version/ - GET {URL}/version/: 200 in 0.000 s",
        " -  -  -  - mine",
    ]


def test_the_logger_uses_only_its_own_handlers() -> None:
    assert keystone.log is log
    logger = logging.getLogger("kclient")
    assert log.KCLIENT is logger
    assert (logger.level, logger.propagate) == (logging.DEBUG, False)
    assert any(isinstance(handler, logging.NullHandler) for handler in logger.handlers)


PROGRAM = """
import logging, sys
logging.basicConfig(level=logging.ERROR)
theirs = logging.getLogger("theirs")
theirs.setLevel(logging.INFO)
def state():
    return [
        (one.name, one.level, one.propagate, len(one.handlers), len(one.filters))
        for one in (logging.root, theirs, logging.getLogger("httpx"))
    ]
before = state()
import restops_clients.keystone
from restops_clients import keystone
assert "kclient" in logging.root.manager.loggerDict
after = state()
assert before == after, after
heavy = "httpx httpcore asyncio ssl concurrent.futures.thread restops_clients.keystone.client"
heavy = [name for name in heavy.split() if name in sys.modules]
assert not heavy, heavy
client = keystone.KeystoneClient(url="http://localhost:8000")
assert "asyncio" not in sys.modules
assert keystone.keystone_factory("http://localhost:8000").base_url == client.base_url
import restops_clients
assert restops_clients.KeystoneClient is keystone.KeystoneClient
assert restops_clients.AsyncKeystoneClient is keystone.AsyncKeystoneClient
print("done")
"""


def test_importing_the_package_registers_the_logger_and_loads_little(
    tmp_path: pathlib.Path,
) -> None:
    library = tmp_path / "restops_clients"
    library.symlink_to(pathlib.Path(module_utils.__file__).parent)
    done = subprocess.run(
        [sys.executable, "-B", "-c", PROGRAM],
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_names_of_the_package() -> None:
    assert keystone.KeystoneClient.__module__.endswith("keystone.client")
    for name in ("KeystoneClient", "AsyncKeystoneClient", "keystone_factory"):
        assert name in keystone.__all__
        assert getattr(keystone, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'Keystone'"):
        keystone.__getattr__("Keystone")
