# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logging: additional levels, traces, and a filter that masks secrets on every logger.

An import only attaches a `NullHandler` and the filter to the logger of the project.
`initialize` writes records to standard error.
"""

from __future__ import annotations

import functools
import inspect
import logging
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
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
"""Maximum length of a message of other code; the rest is cut off and not searched."""

FIELDS: Mapping[str, str | float] = {
    **dict.fromkeys(("cid", "baseurl", "method", "endpoint", "url", "status_code"), ""),
    **dict.fromkeys(("elapsed", "attempt"), 0),
}
"""Attributes of the records of calls, with their values in other records. Some are numbers,
because formats may require them."""

_OVERLAP = 4096
"""Characters after the cut that are searched too, because a secret may be cut in two."""

_filtering = True


class RedactingFilter(logging.Filter):
    """Mask secrets in every record.

    The records of clients are masked before they get here.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place and let it pass."""
        for name, empty in FIELDS.items():
            # The format of a handler may use them; only records of calls have them.
            record.__dict__.setdefault(name, empty)
        if not getattr(record, "redacted", False):
            try:
                message = record.getMessage()
            except (TypeError, ValueError, KeyError):
                # Arguments that do not fit the format must not raise an error in the caller.
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
    """Return a text as it may be logged.

    Known secrets and parts that look like secrets are masked, and the text is cut after `LONGEST`
    characters.

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
    # The rest of a secret that was cut in two is in the overlap.
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
    """Log a message without secrets, with its context as fields of the record.

    Args:
        logger: The logger.
        level: 0 to 100.
        message: The line.
        fields: Those of `FIELDS` that apply.
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
    """Log at FATAL, write the message to standard error, and exit with status 1.

    Raises:
        SystemExit: Always.
    """
    log(FATAL, message)
    sys.stderr.write(f"ERROR: {redact(message)}\n")
    raise SystemExit(1)


class _Span:
    """Log at TRACE when a block is entered and left, with its time in milliseconds."""

    __slots__ = ("_name", "_started")

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        emit(_logger, TRACE, f"-> {self._name}", {})
        self._started = time.perf_counter()

    def __exit__(self, kind: type[BaseException] | None, *dummy: object) -> None:
        milliseconds = (time.perf_counter() - self._started) * 1000
        outcome = "" if kind is None else f" raising {kind.__name__}"
        emit(_logger, TRACE, f"<- {self._name}{outcome} ({milliseconds:.3f} ms)", {})


_NO_SPAN = nullcontext()


def span(name: str) -> AbstractContextManager[None]:
    """Return a context manager that logs at TRACE when its block is entered and left.

    A method that is called often uses it instead of `trace`: its arguments do not pass through
    another function.

    Args:
        name: The function's name in the log: its module below the collection, and its own name.
    """
    return _Span(name) if _logger.isEnabledFor(TRACE) else _NO_SPAN


def trace(function: Callable[P, R]) -> Callable[P, R]:
    """Log at TRACE when a function is entered and left, with its time in milliseconds.

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
            with span(name):
                return await function(*args, **kwargs)

        return cast("Callable[P, R]", traced_coroutine)

    @functools.wraps(function)
    def traced(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _logger.isEnabledFor(TRACE):
            return function(*args, **kwargs)
        with ExitStack() as stack:
            stack.enter_context(_Span(name))
            result = function(*args, **kwargs)
            if inspect.isawaitable(result):
                return cast("R", _finish(stack.pop_all(), result))
            return result

    return traced


async def _finish(span_of_call: ExitStack, result: Awaitable[R]) -> R:
    with span_of_call:
        return await result


def set_level(level: int | str, *, propagate: bool = False) -> None:
    """Set the level of the project's logger.

    Args:
        level: A number, or a name such as `"TRACE"` or `"NONE"`.
        propagate: Set the loggers of the HTTP library to the same level.

    Raises:
        ValueError: `level` is not the name of a level.
    """
    _name_levels()
    _logger.setLevel(level)
    if propagate:
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(level)


def initialize() -> None:
    """Write the records of the project to standard error, once.

    They no longer reach the root logger. Handlers that others have added stay.
    """
    _name_levels()
    for handler in [handler for handler in _logger.handlers if isinstance(handler, _OwnHandler)]:
        _logger.removeHandler(handler)
    handler = _OwnHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    # Child loggers that were not made by `get_logger` have no filter of their own.
    handler.addFilter(_filter)
    _logger.addHandler(handler)
    _logger.propagate = False


class _OwnHandler(logging.StreamHandler):  # type: ignore[type-arg]  # not generic at run time
    """The handler that `initialize` adds, and that it may replace."""


def _name_levels() -> None:
    for level, name in ((TRACE, "TRACE"), (FATAL, "FATAL"), (NONE, "NONE")):
        logging.addLevelName(level, name)


def enable_sensitive_data_filtering() -> None:
    """Mask parts of log lines that look like secrets; this is the default."""
    global _filtering
    _filtering = True


def disable_sensitive_data_filtering() -> None:
    """Stop searching log lines for patterns; the secrets of clients are still masked."""
    global _filtering
    _filtering = False


def is_sensitive_data_filtering_enabled() -> bool:
    """Tell whether log lines are searched for patterns."""
    return _filtering


def configure_sensitive_data_patterns(custom_patterns: dict[str, str] | None = None) -> None:
    """Replace all patterns by the built-in ones and these.

    Raises:
        re.error: A pattern is not a regular expression.
    """
    heuristics.configure_scanner(custom_patterns)


def get_sensitive_data_patterns() -> list[str]:
    """Return the names of all patterns."""
    return heuristics.get_scanner().list_patterns()


def add_sensitive_data_pattern(name: str, pattern: str) -> None:
    """Search log lines for one more pattern.

    Raises:
        re.error: The pattern is not a regular expression.
    """
    heuristics.get_scanner().add_pattern(name, pattern)


def remove_sensitive_data_pattern(name: str) -> bool:
    """Stop searching for a pattern; return `True` if there was one of this name."""
    return heuristics.get_scanner().remove_pattern(name)
