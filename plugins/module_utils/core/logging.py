# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The project's logging: three more levels, tracing, and a redacting filter on every logger it
hands out.

Importing this attaches a `NullHandler` to the project's own logger and does nothing else.
`initialize` makes lines appear on standard error.
"""

from __future__ import annotations

import functools
import inspect
import logging
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NoReturn, ParamSpec, TypeVar, cast

from . import metadata
from .secrets import heuristics
from .secrets.redaction import scrub_live

P = ParamSpec("P")
R = TypeVar("R")

NOTSET = logging.NOTSET
TRACE = 5
DEBUG = logging.DEBUG
INFO = logging.INFO
WARNING = logging.WARNING
ERROR = logging.ERROR
CRITICAL = logging.CRITICAL
FATAL = 90
NONE = 100

FORMAT = "%(asctime)s: [%(name)s] %(levelname)s: %(message)s"
LONGEST = 8192
"""Characters of a foreign message that are kept; what is not kept need not be searched for
secrets."""

FIELDS: Mapping[str, str | float] = {
    **dict.fromkeys(("cid", "baseurl", "method", "endpoint", "url", "status_code"), ""),
    **dict.fromkeys(("elapsed", "attempt"), 0),
}
"""Attributes of the records of calls, and their values in other records: a format that writes some
of them as numbers fits every record.
"""

_OVERLAP = 4096
"""Characters after the cut that are searched too: a secret that is cut in two must be found."""

_filtering = True


class RedactingFilter(logging.Filter):
    """Masks secrets in every record that passes; records of the clients themselves come masked
    already.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place and let it pass."""
        for name, empty in FIELDS.items():
            # A handler's format may name them all; only records of calls have them.
            record.__dict__.setdefault(name, empty)
        if not getattr(record, "redacted", False):
            try:
                message = record.getMessage()
            except (TypeError, ValueError, KeyError):
                # A format that its arguments do not fit must not raise where the line is logged.
                message = f"{record.msg} {record.args}"
            record.msg = redact(message)
            record.args = None
            if record.exc_info:
                record.exc_text = redact(
                    "".join(traceback.format_exception(*record.exc_info)).rstrip()
                )
                record.exc_info = None
            record.__dict__["redacted"] = True
        return True


_filter = RedactingFilter()
_logger = logging.getLogger(metadata.NAME)
_logger.addHandler(logging.NullHandler())
_logger.addFilter(_filter)


def redact(text: str) -> str:
    """Return the text as it may be logged: known secrets masked, what looks like one too, and cut
    at `LONGEST` characters.

    Args:
        text: Any text.

    Returns:
        The text. Live secrets are masked even if `disable_sensitive_data_filtering` was called.
    """
    text = scrub_live(text)
    more = len(text) - LONGEST
    if _filtering:
        text = heuristics.scan_and_redact(text[: LONGEST + _OVERLAP])
    if more <= 0:
        return text
    # What is left of a secret that was cut in two stands in the overlap.
    end = LONGEST if more <= _OVERLAP else min(LONGEST, len(text) - _OVERLAP)
    return f"{text[:end]}... ({more} more characters)"


def get_logger(name: str | None = None) -> logging.Logger:
    """Return the project's logger, or a child of it that redacts too.

    Args:
        name: The child's name below the project's; default the project's own.
    """
    if name is None:
        return _logger
    child = _logger.getChild(name)
    child.addFilter(_filter)
    return child


def emit(logger: logging.Logger, level: int, message: str, fields: Mapping[str, Any]) -> None:
    """Log a message that is free of secrets already, with its context as fields of the record.

    Args:
        logger: Where to.
        level: 0 to 100.
        message: The line.
        fields: `cid baseurl method endpoint url status_code elapsed attempt`, as far as they apply.
    """
    record = logger.makeRecord(
        logger.name, level, metadata.NAME, 0, message, (), None, extra=fields
    )
    record.__dict__["redacted"] = True
    logger.handle(record)


def log(level: int, message: str) -> None:
    """Log a message at any level.

    Args:
        level: 0 to 100.
        message: The line; secrets in it are masked.
    """
    _logger.log(level, message)


debug = functools.partial(log, DEBUG)
info = functools.partial(log, INFO)
warning = functools.partial(log, WARNING)
error = functools.partial(log, ERROR)
critical = functools.partial(log, CRITICAL)


def exception(exc: BaseException) -> None:
    """Log an error with its traceback, at ERROR."""
    if _logger.isEnabledFor(ERROR):
        _logger.error(
            "".join(traceback.format_exception(type(exc), exc, exc.__traceback__)).rstrip()
        )


def fatal(message: str) -> NoReturn:
    """Log at FATAL, say it on standard error, and end the program with status 1.

    Raises:
        SystemExit: Always.
    """
    log(FATAL, message)
    sys.stderr.write(f"ERROR: {redact(message)}\n")
    raise SystemExit(1)


def trace(function: Callable[P, R]) -> Callable[P, R]:
    """Log at TRACE when a function is entered and left, with the time it took in milliseconds.
    Arguments are not logged.

    Args:
        function: A function, method or coroutine function.

    Returns:
        The same, traced.
    """
    name = f"{function.__module__.rpartition('module_utils.')[2]}.{function.__qualname__}"
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def traced_coroutine(*args: P.args, **kwargs: P.kwargs) -> Any:
            if not _logger.isEnabledFor(TRACE):
                return await function(*args, **kwargs)
            return await _traced(name, _enter(name), function(*args, **kwargs))

        return cast("Callable[P, R]", traced_coroutine)

    @functools.wraps(function)
    def traced(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _logger.isEnabledFor(TRACE):
            return function(*args, **kwargs)
        started = _enter(name)
        try:
            result = function(*args, **kwargs)
        except BaseException as exc:
            _leave(name, started, exc)
            raise
        if inspect.isawaitable(result):
            return cast("R", _traced(name, started, result))
        _leave(name, started)
        return result

    return traced


async def _traced(name: str, started: float, result: Awaitable[R]) -> R:
    try:
        value = await result
    except BaseException as exc:
        _leave(name, started, exc)
        raise
    _leave(name, started)
    return value


def _enter(name: str) -> float:
    emit(_logger, TRACE, f"-> {name}", {})
    return time.perf_counter()


def _leave(name: str, started: float, exc: BaseException | None = None) -> None:
    outcome = "" if exc is None else f" raising {type(exc).__name__}"
    emit(
        _logger, TRACE, f"<- {name}{outcome} ({(time.perf_counter() - started) * 1000:.3f} ms)", {}
    )


def set_level(level: int | str, *, propagate: bool = False) -> None:
    """Set from which level on the project's logger speaks.

    Args:
        level: A number, or a name such as `"TRACE"` or `"NONE"`.
        propagate: Set the loggers of the HTTP library to the same level.

    Raises:
        ValueError: Not the name of a level.
    """
    _name_levels()
    _logger.setLevel(level)
    if propagate:
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(level)


def initialize() -> None:
    """Write the project's records to standard error, once, and not to the root logger too; other
    handlers stay as they are.
    """
    _name_levels()
    for handler in [handler for handler in _logger.handlers if isinstance(handler, _OwnHandler)]:
        _logger.removeHandler(handler)
    handler = _OwnHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    # Loggers below ours that were not made by `get_logger` have no filter of their own.
    handler.addFilter(_filter)
    _logger.addHandler(handler)
    _logger.propagate = False


class _OwnHandler(logging.StreamHandler):  # type: ignore[type-arg]  # generic only for type checkers, not at run time
    """Marks the handler that `initialize` added, so that it replaces no other."""


def _name_levels() -> None:
    for level, name in ((TRACE, "TRACE"), (FATAL, "FATAL"), (NONE, "NONE")):
        logging.addLevelName(level, name)


def enable_sensitive_data_filtering() -> None:
    """Mask what looks like a secret in log lines; this is the default."""
    global _filtering
    _filtering = True


def disable_sensitive_data_filtering() -> None:
    """Stop looking for patterns in log lines; secrets that a client holds stay masked."""
    global _filtering
    _filtering = False


def is_sensitive_data_filtering_enabled() -> bool:
    """Tell whether patterns are looked for."""
    return _filtering


def configure_sensitive_data_patterns(custom_patterns: dict[str, str] | None = None) -> None:
    """Start over with the built-in patterns and these.

    Raises:
        re.error: A pattern is not a regular expression.
    """
    heuristics.configure_scanner(custom_patterns)


def get_sensitive_data_patterns() -> list[str]:
    """Return the names of all patterns."""
    return heuristics.get_scanner().list_patterns()


def add_sensitive_data_pattern(name: str, pattern: str) -> None:
    """Look for one more pattern in log lines.

    Raises:
        re.error: Not a regular expression.
    """
    heuristics.get_scanner().add_pattern(name, pattern)


def remove_sensitive_data_pattern(name: str) -> bool:
    """Stop looking for a pattern; tell whether there was one of that name."""
    return heuristics.get_scanner().remove_pattern(name)
