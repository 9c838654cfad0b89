# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The logging functions of ipsdk, on the logger `ipsdk`.

Records of clients and of `log` are free of secrets.
"""

from __future__ import annotations

import functools
import inspect
import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn, ParamSpec, TypeVar, cast

from ...core import logging as core
from ...core.logging import (
    CRITICAL,
    DEBUG,
    ERROR,
    FATAL,
    FORMAT,
    INFO,
    NONE,
    NOTSET,
    TRACE,
    WARNING,
    disable_sensitive_data_filtering,
    enable_sensitive_data_filtering,
    is_sensitive_data_filtering_enabled,
)
from . import heuristics, metadata

__all__ = [
    "CRITICAL",
    "DEBUG",
    "ERROR",
    "FATAL",
    "INFO",
    "NONE",
    "NOTSET",
    "TRACE",
    "WARNING",
    "add_sensitive_data_pattern",
    "configure_sensitive_data_patterns",
    "critical",
    "debug",
    "disable_sensitive_data_filtering",
    "enable_sensitive_data_filtering",
    "error",
    "exception",
    "fatal",
    "get_logger",
    "get_sensitive_data_patterns",
    "info",
    "initialize",
    "is_sensitive_data_filtering_enabled",
    "log",
    "logging_message_format",
    "register_logger_prefix",
    "remove_sensitive_data_pattern",
    "reset_logger",
    "set_level",
    "trace",
    "warning",
]

P = ParamSpec("P")
R = TypeVar("R")

logging_message_format = FORMAT

_prefixes = {metadata.name, "httpx"}
_filter = core.RedactingFilter()


def get_logger(name: str | None = None) -> logging.Logger:
    """Return the logger `ipsdk`, or a child of it.

    Args:
        name: The name of the child, without `ipsdk.`.

    Raises:
        ValueError: The name begins with `ipsdk.`.
    """
    if name is not None and name.startswith(f"{metadata.name}."):
        raise ValueError(f"name must not begin with '{metadata.name}.', as in {name!r}")
    logger = logging.getLogger(metadata.name if name is None else f"{metadata.name}.{name}")
    logger.addFilter(_filter)
    return logger


def log(lvl: int, msg: str) -> None:
    """Log a message at any level; secrets in it are masked."""
    if is_sensitive_data_filtering_enabled():
        msg = heuristics.scan_and_redact(msg) or ""
    get_logger().log(lvl, msg)


debug = partial(log, DEBUG)
info = partial(log, INFO)
warning = partial(log, WARNING)
error = partial(log, ERROR)
critical = partial(log, CRITICAL)


def exception(exc: BaseException) -> None:
    """Log an error with its traceback, at ERROR."""
    log(ERROR, "".join(traceback.format_exception(type(exc), exc, exc.__traceback__)))


def fatal(msg: str) -> NoReturn:
    """Log at FATAL and end the program with status 1.

    Raises:
        SystemExit: Always.
    """
    log(FATAL, msg)
    raise SystemExit(1)


def trace(f: Callable[P, R]) -> Callable[P, R]:
    """Log at TRACE when a function is entered and left, with its time in milliseconds.

    Arguments are not logged.
    """
    name = f"{f.__module__}.{f.__qualname__}"

    @contextmanager
    def logged() -> Iterator[None]:
        started, outcome = time.perf_counter(), "exception, "
        log(TRACE, f"→ {name}")
        try:
            yield
            outcome = ""
        finally:
            elapsed = (time.perf_counter() - started) * 1000
            log(TRACE, f"← {name} ({outcome}{elapsed:.2f}ms)")

    if inspect.iscoroutinefunction(f):

        @functools.wraps(f)
        async def traced_coroutine(*args: P.args, **kwargs: P.kwargs) -> Any:
            with logged():
                return await f(*args, **kwargs)

        return cast("Callable[P, R]", traced_coroutine)

    @functools.wraps(f)
    def traced(*args: P.args, **kwargs: P.kwargs) -> R:
        with logged():
            return f(*args, **kwargs)

    return traced


def register_logger_prefix(prefix: str) -> None:
    """Have `initialize` and `set_level` include the loggers whose names begin so."""
    _prefixes.add(prefix)


def set_level(
    lvl: int | str, *, propagate: bool = False, loggers: Iterable[str] | None = None
) -> None:
    """Set the level of the logger.

    Args:
        lvl: A number, or `"NONE"`.
        propagate: Set the loggers of the HTTP library and of registered prefixes too.
        loggers: The names of more loggers to set.

    Raises:
        TypeError: Another text than `"NONE"`.
    """
    if isinstance(lvl, str) and lvl != "NONE":
        raise TypeError(f"Invalid level string: {lvl}. Only 'NONE' is supported as a string.")
    level = NONE if isinstance(lvl, str) else lvl
    logger = get_logger()
    logger.setLevel(level)
    logger.propagate = False
    info(f"{metadata.name} version {metadata.version}")
    info(f"Logging level set to {level}")
    for name in (*(_managed() if propagate else ()), *(loggers or ())):
        logging.getLogger(name).setLevel(level)


def initialize(loggers: Iterable[str] | None = None) -> None:
    """Replace the handlers of the loggers by one for standard error, at level NONE.

    The loggers are that of ipsdk, those of the HTTP library, and those of registered prefixes.

    Args:
        loggers: The names of more loggers.
    """
    for name in (*_managed(), *(loggers or ())):
        reset_logger(name)
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter(logging_message_format))
        handler.addFilter(_filter)
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(NONE)
        logger.propagate = False


def reset_logger(name: str) -> bool:
    """Remove the handlers and the level of a logger.

    Returns:
        It had some.
    """
    logger = logging.getLogger(name)
    had_some = bool(logger.handlers) or logger.level != NOTSET
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(NOTSET)
    logger.propagate = True
    return had_some


def _managed() -> list[str]:
    """Return the names of the loggers that belong to ipsdk, the HTTP library and prefixes."""
    names = sorted(logging.Logger.manager.loggerDict)
    return [name for name in names if name.startswith(tuple(_prefixes))]


def configure_sensitive_data_patterns(
    custom_patterns: Mapping[str, str | None] | None = None,
) -> None:
    """Start over with the built-in patterns and these."""
    heuristics.configure_scanner(custom_patterns)


def get_sensitive_data_patterns() -> list[str]:
    """Return the names of all patterns."""
    return heuristics.get_scanner().list_patterns()


def add_sensitive_data_pattern(name: str, pattern: str) -> None:
    """Look for one more pattern."""
    heuristics.get_scanner().add_pattern(name, pattern)


def remove_sensitive_data_pattern(name: str) -> bool:
    """Stop looking for a pattern; tell if there was one of this name."""
    return heuristics.get_scanner().remove_pattern(name)


for _level, _name in ((TRACE, "TRACE"), (FATAL, "FATAL"), (NONE, "NONE")):
    logging.addLevelName(_level, _name)
get_logger().setLevel(NONE)
