# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logging: it changes nothing in the user's program, and no line has a secret."""

from __future__ import annotations

import asyncio
import io
import json
import logging as standard
import os
import pathlib
import re
import subprocess
import sys

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import (
    jsonutils,
    logging,
    metadata,
)
from ansible_collections.restops.clients.plugins.module_utils.core.secrets import heuristics
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.heuristics import MASK
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    SecretValues,
)

SECRET = "correct-horse-battery"


class Records(standard.Handler):
    """Keeps the lines that reach it, formatted as a user's handler would."""

    def __init__(self):
        super().__init__()
        self.records = []
        self.lines = []

    def emit(self, record):
        self.records.append(record)
        self.lines.append(self.format(record))


@pytest.fixture(autouse=True)
def restored():
    """Put back everything that logging keeps for the whole process."""
    names = (metadata.NAME, "httpx", "httpcore")
    loggers = [standard.getLogger(name) for name in names]
    before = [
        (logger.level, logger.propagate, logger.handlers[:], logger.filters[:])
        for logger in loggers
    ]
    level_names, name_levels = standard._levelToName.copy(), standard._nameToLevel.copy()
    # Another test may have imported the compatible interface that sets this level.
    standard.getLogger("httpx").setLevel(standard.NOTSET)
    heuristics.Scanner.reset_singleton()
    yield
    for logger, (level, propagate, handlers, filters) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.propagate, logger.handlers, logger.filters = propagate, handlers, filters
    for kept, saved in ((standard._levelToName, level_names), (standard._nameToLevel, name_levels)):
        kept.clear()
        kept.update(saved)
    logging.enable_sensitive_data_filtering()
    heuristics.Scanner.reset_singleton()


@pytest.fixture
def lines():
    """A user's handler on the project's logger, which lets everything through."""
    handler = Records()
    logger = logging.get_logger()
    logger.addHandler(handler)
    logger.setLevel(1)
    logger.propagate = False
    return handler


IMPORT = """
import json, logging, sys, threading, time, inspect, functools, traceback

def state():
    names = list(logging.Logger.manager.loggerDict)
    loggers = {name: logging.getLogger(name) for name in names} | {"root": logging.root}
    handlers = {
        name: [type(handler).__name__ for handler in logger.handlers]
        for name, logger in loggers.items()
    }
    return {
        "constants": {key: value for key, value in vars(logging).items() if isinstance(value, int)},
        "levels": [logging.getLevelName(level) for level in range(101)],
        "handlers": {name: found for name, found in handlers.items() if found},
        "settings": {
            name: [logger.level, logger.propagate, logger.disabled]
            for name, logger in loggers.items()
        },
        "threads": threading.active_count(),
        "hooks": [
            repr(sys.excepthook),
            repr(logging.getLoggerClass()),
            repr(logging.getLogRecordFactory()),
        ],
        "imported": sorted({"httpx", "httpcore", "asyncio", "ssl"} & set(sys.modules)),
    }

before = state()
import ansible_collections.restops.clients.plugins.module_utils.core.logging
print(json.dumps([before, state()]))
"""


def test_importing_changes_nothing_but_a_null_handler():
    # In a process of its own, because here everything has long been imported.
    root = str(pathlib.Path(logging.__file__).resolve().parents[6])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, *filter(None, sys.path)])}

    done = subprocess.run(
        [sys.executable, "-c", IMPORT], env=environment, capture_output=True, text=True, check=True
    )

    before, after = json.loads(done.stdout)
    assert after["handlers"].pop(metadata.NAME) == ["NullHandler"]
    assert after["settings"].pop(metadata.NAME) == [0, True, False]
    assert after == before
    assert done.stderr == ""


def test_a_record_below_the_level_is_never_formatted(lines):
    class Bomb:
        def __str__(self):
            raise AssertionError("formatted although no handler listens")

    logging.get_logger().setLevel(logging.WARNING)
    logging.get_logger().info("%s", Bomb())
    logging.get_logger("child").debug("%s", Bomb())
    logging.info("password=x")

    assert lines.lines == []


def test_the_scanner_is_not_asked_below_the_level(lines):
    asked = []
    heuristics.get_scanner().add_pattern(
        "probe", r"[\s\S]+", lambda text: asked.append(text) or text
    )

    logging.get_logger().setLevel(logging.WARNING)
    logging.info("quiet")
    logging.warning("loud")

    assert asked == ["loud"]


@pytest.mark.parametrize(
    "logger",
    [
        pytest.param(logging.get_logger, id="own"),
        # A filter of a logger is not asked for the records of its children.
        pytest.param(lambda: logging.get_logger("child"), id="child"),
        pytest.param(lambda: logging.get_logger("child.grand"), id="grandchild"),
    ],
)
def test_every_logger_that_is_handed_out_redacts(lines, logger):
    known = SecretValues([SECRET])

    logger().warning("%s and password=%s", SECRET, "hunter2")

    assert lines.lines == [f"{MASK} and password={MASK}"]
    assert lines.records[0].name.startswith(metadata.NAME)
    assert known.values


def test_tracebacks_are_redacted(lines):
    known = SecretValues([SECRET])
    try:
        raise ValueError(f"cannot log in with {SECRET}")
    except ValueError as exc:
        logging.get_logger().exception("failed")
        logging.exception(exc)

    for line in lines.lines:
        assert "Traceback" in line
        assert f"ValueError: cannot log in with {MASK}" in line
        assert SECRET not in line
    assert len(lines.lines) == 2
    assert known.values


def test_an_error_is_not_formatted_below_the_level(lines):
    logging.get_logger().setLevel(logging.CRITICAL)
    logging.exception(ValueError("quiet"))

    assert lines.lines == []


def test_asking_for_a_traceback_outside_an_error_is_harmless(lines):
    logging.get_logger().error("no error", exc_info=True)

    assert lines.lines[0].startswith("no error")


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("%d items", ("password=x",)),
        ("%s %s", ("password=x",)),
        ("%(name)s", ({"password": "x"},)),
        ("%y", ("password=x",)),
    ],
)
def test_a_format_that_its_arguments_do_not_fit_neither_raises_nor_leaks(lines, message, arguments):
    logging.get_logger().warning(message, *arguments)

    (line,) = lines.lines
    assert message in line
    assert MASK in line
    assert "x" not in line.replace(MASK, "")


def test_a_record_of_the_clients_is_taken_as_it_is(lines):
    fields = {"cid": "c1", "method": "GET", "status_code": 200}
    logging.emit(logging.get_logger(), logging.INFO, "GET /x?token=*** 200", fields)

    (record,) = lines.records
    assert record.getMessage() == "GET /x?token=*** 200"
    assert {name: getattr(record, name) for name in fields} == fields


def test_a_record_is_redacted_once(lines):
    asked = []
    heuristics.get_scanner().add_pattern(
        "probe", r"[\s\S]+", lambda text: asked.append(text) or text
    )
    record = standard.LogRecord(metadata.NAME, logging.INFO, "file", 1, "line", (), None)

    redacting = logging.RedactingFilter()
    assert redacting.filter(record)
    assert redacting.filter(record)

    assert asked == ["line"]


def test_only_the_kept_part_of_a_long_text_and_a_little_more_is_scanned():
    lengths = []
    heuristics.get_scanner().add_pattern(
        "probe", r"[\s\S]+", lambda text: lengths.append(len(text)) or text
    )

    line = logging.redact("x" * (logging.LONGEST * 100))

    assert line == f"{'x' * logging.LONGEST}... ({logging.LONGEST * 99} more characters)"
    assert lengths == [logging.LONGEST + logging._OVERLAP]


def test_a_secret_that_is_cut_in_two_is_found_before_the_cut():
    for start in range(logging.LONGEST - 60, logging.LONGEST + 2):
        text = f"{'x ' * (start // 2)} password=four-words-of-secret and more"
        assert "four" not in logging.redact(text)
        assert "four" not in logging.redact(text + "y" * logging.LONGEST)
    known = SecretValues(["open sesame"])
    assert "open" not in logging.redact("x" * (logging.LONGEST - 5) + "open sesame")
    assert known.values


@pytest.mark.parametrize(
    "piece",
    [
        "password=",
        "password: '",
        'token\\"',
        "://",
        "eyJ-aaaaaaa.",
        "-----BEGIN PRIVATE KEY-----",
        "Cookie: \\",
    ],
)
def test_hostile_messages_are_logged_short(lines, piece):
    logging.info(piece * 200_000)

    assert len(lines.lines) == 1
    assert lines.lines[0].endswith("more characters)") or MASK in lines.lines[0]
    # Each mask may be longer than what it stands for.
    assert len(lines.lines[0]) < logging.LONGEST * len(MASK)


def test_a_known_secret_across_the_cut_does_not_show_its_beginning():
    known = SecretValues([SECRET])

    line = logging.redact("x" * (logging.LONGEST - 5) + SECRET)

    assert SECRET[:5] not in line
    assert known.values


def test_patterns_can_be_turned_off_and_known_secrets_stay_masked(lines):
    known = SecretValues([SECRET])
    assert logging.is_sensitive_data_filtering_enabled()

    logging.disable_sensitive_data_filtering()
    assert not logging.is_sensitive_data_filtering_enabled()
    logging.info(f"password=x {SECRET}")
    logging.enable_sensitive_data_filtering()
    logging.info(f"password=x {SECRET}")

    assert lines.lines == [f"password=x {MASK}", f"password={MASK} {MASK}"]
    assert known.values


def test_patterns_are_managed_through_logging(lines):
    logging.configure_sensitive_data_patterns({"badge": r"badge-\d+"})
    logging.add_sensitive_data_pattern("room", r"room-\d+")
    assert logging.get_sensitive_data_patterns()[-2:] == ["badge", "room"]

    logging.info("badge-1 room-2")
    assert logging.remove_sensitive_data_pattern("room")
    assert not logging.remove_sensitive_data_pattern("room")
    logging.info("badge-1 room-2")

    assert lines.lines == ["[REDACTED_BADGE] [REDACTED_ROOM]", "[REDACTED_BADGE] room-2"]
    with pytest.raises(re.error):
        logging.add_sensitive_data_pattern("broken", "(")


@pytest.mark.parametrize("name", ["debug", "info", "warning", "error", "critical"])
def test_each_level_has_its_function(lines, name):
    getattr(logging, name)("100% done")

    (record,) = lines.records
    assert (record.levelname, record.getMessage()) == (name.upper(), "100% done")


def test_fatal_says_why_and_ends_the_program(lines, capsys):
    logging.set_level("FATAL")
    with pytest.raises(SystemExit) as caught:
        logging.fatal("cannot go on, password=x")

    assert caught.value.code == 1
    assert capsys.readouterr().err == f"ERROR: cannot go on, password={MASK}\n"
    assert [(record.levelno, record.levelname) for record in lines.records] == [(90, "FATAL")]


def add(left, right):
    """Add."""
    if right == SECRET:
        raise ValueError("refused")
    return left + right


async def add_later(left, right):
    """Add later."""
    await asyncio.sleep(0)
    return add(left, right)


def test_tracing_logs_when_a_function_is_entered_and_left(lines):
    traced = logging.trace(add)

    assert traced(1, right=2) == 3
    with pytest.raises(ValueError, match="refused"):
        traced(1, SECRET)

    entered, left, again, raised = lines.lines
    assert entered == again
    assert entered.startswith("-> ")
    assert entered.endswith(".add")
    assert re.fullmatch(r"<- \S+\.add \(\d+\.\d{3} ms\)", left)
    assert re.fullmatch(r"<- \S+\.add raising ValueError \(\d+\.\d{3} ms\)", raised)
    assert {record.levelno for record in lines.records} == {logging.TRACE}
    assert (traced.__name__, traced.__doc__) == ("add", "Add.")


async def test_tracing_a_coroutine_lasts_until_it_is_done(lines):
    traced = logging.trace(add_later)

    assert await traced(1, 2) == 3
    with pytest.raises(ValueError, match="refused"):
        await traced(1, SECRET)

    assert [line[:2] for line in lines.lines] == ["->", "<-", "->", "<-"]
    assert "raising ValueError" in lines.lines[3]
    assert not any(SECRET in line for line in lines.lines)


async def test_tracing_a_function_that_returns_an_awaitable_lasts_until_that_is_done(lines):
    def begin(left: int) -> object:
        return add_later(left, 2)

    assert await logging.trace(begin)(1) == 3
    assert [line[:2] for line in lines.lines] == ["->", "<-"]


def test_names_in_traces_begin_below_the_collection(lines):
    jsonutils.loads("{}")

    assert lines.lines[0] == "-> core.jsonutils.loads"


async def test_without_the_level_nothing_is_traced(lines):
    logging.get_logger().setLevel(logging.DEBUG)

    assert logging.trace(add)(1, 2) == 3
    assert await logging.trace(add_later)(1, 2) == 3
    assert lines.lines == []


@pytest.mark.parametrize(
    ("level", "number"),
    [
        ("TRACE", 5),
        ("DEBUG", 10),
        ("INFO", 20),
        ("FATAL", 90),
        ("NONE", 100),
        (logging.NOTSET, 0),
        (logging.ERROR, 40),
        (17, 17),
    ],
)
def test_levels_are_set_by_name_or_number(level, number):
    logging.set_level(level)

    assert logging.get_logger().level == number
    assert standard.getLogger("httpx").level == standard.NOTSET


def test_the_http_librarys_level_follows_only_when_asked():
    logging.set_level("ERROR", propagate=True)

    assert [standard.getLogger(name).level for name in ("httpx", "httpcore")] == [40, 40]


def test_a_name_that_is_no_level_is_refused():
    with pytest.raises(ValueError, match="LOUD"):
        logging.set_level("LOUD")


def test_none_silences_everything_but_the_standards_own_fatal_stays(lines):
    logging.set_level("NONE")
    logging.critical("quiet")
    logging.log(logging.FATAL, "quiet")

    assert lines.lines == []
    assert standard.FATAL == standard.CRITICAL == 50


def test_initialize_writes_each_line_once_to_standard_error(lines, capsys):
    stream = io.StringIO()
    root_handler = standard.StreamHandler(stream)
    standard.getLogger().addHandler(root_handler)
    try:
        logging.get_logger().propagate = True
        logging.initialize()
        logging.initialize()
        logging.log(logging.TRACE, "traced")
        logging.error("password=x")
    finally:
        standard.getLogger().removeHandler(root_handler)

    traced, failed = capsys.readouterr().err.splitlines()
    assert traced.endswith(f": [{metadata.NAME}] TRACE: traced")
    assert failed.endswith(f": [{metadata.NAME}] ERROR: password={MASK}")
    assert stream.getvalue() == ""
    # The user's own handler stays.
    assert lines.lines == ["traced", f"password={MASK}"]


def test_initialize_redacts_for_child_loggers_that_get_logger_did_not_make(capsys):
    logging.initialize()
    standard.getLogger(f"{metadata.NAME}.foreign").error("password=hunter2")

    assert "hunter2" not in capsys.readouterr().err


def test_every_record_has_the_fields_that_a_format_may_name(lines):
    texts = [f"%({name})s" for name, empty in logging.FIELDS.items() if empty == ""]
    lines.setFormatter(standard.Formatter(" ".join([*texts, "%(elapsed).3f", "%(attempt)d"])))

    logging.warning("certificates are not checked")
    logging.get_logger("child").warning("a line")
    logging.emit(logging.get_logger(), logging.INFO, "a call", {"cid": "c1", "attempt": 2})

    assert [line.split() for line in lines.lines] == [
        ["0.000", "0"],
        ["0.000", "0"],
        ["c1", "0.000", "2"],
    ]


async def test_what_returns_an_awaitable_is_traced_until_it_is_done(lines):
    assert await logging.trace(lambda: add_later(1, 2))() == 3
    assert [line[:2] for line in lines.lines] == ["->", "<-"]
