# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keyword arguments that several functions share, typed once, and the error for other ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

if TYPE_CHECKING:
    import os
    import ssl

    from .encoding import Fields
    from .retry import RetryPolicy
    from .runtime import Runtime
    from .session import SessionStore

    File: TypeAlias = "str | os.PathLike[str]"
    Verify: TypeAlias = "bool | File | ssl.SSLContext | None"
    Paginate: TypeAlias = "str | Mapping[str, Any]"
    OneRequest: TypeAlias = "Mapping[str, Any] | tuple[str, str]"
    Requests: TypeAlias = "Iterable[OneRequest]"


class PageOptions(TypedDict, total=False):
    """The keyword arguments that `pages` shares with every other call.

    Attributes:
        headers: Headers that replace those of the client.
        timeout: Seconds for one attempt; default the client's.
        path_params: Values for `{name}` in the path, each encoded as one segment.
        retry: The policy of this call, its arguments, or the number of tries; default the client's.
    """

    headers: Fields | None
    timeout: float | None
    path_params: Mapping[str, Any] | None
    retry: RetryPolicy | Mapping[str, Any] | int | None


class ReadOptions(PageOptions, total=False):
    """The options of `get`, `head` and `options`.

    Attributes:
        read_only: The call changes nothing, so it may be repeated like a GET.
        raise_on_error: Raise for a status that is not 2xx; otherwise the response is returned.
    """

    read_only: bool
    raise_on_error: bool


class WriteOptions(ReadOptions, total=False):
    """The options of `post`, `put`, `patch` and `delete`, beside `json`.

    Attributes:
        data: The body as a dict (a form), text or bytes.
        files: Files to upload: name to a file object, bytes, or (file name, content, content type).
    """

    data: Mapping[str, Any] | str | bytes | bytearray | memoryview | None
    files: Mapping[str, Any] | None


class CallOptions(WriteOptions, total=False):
    """The options of `request`.

    Attributes:
        json: The body as JSON.
    """

    json: Any


class StreamOptions(PageOptions, total=False):
    """The keyword arguments of `stream`: those of `request`, without `raise_on_error`.

    Its `timeout` is for each read of the body.
    """

    read_only: bool
    json: Any
    data: Mapping[str, Any] | str | bytes | bytearray | memoryview | None
    files: Mapping[str, Any] | None


class SharedOptions(TypedDict, total=False):
    """The options of every factory. For their meaning see `ConnectionBase`."""

    ca_path: File | None
    client_cert: File | None
    client_key: File | None
    client_key_password: str | None
    proxy: str | None
    retry: RetryPolicy | Mapping[str, Any] | int | None
    correlation_id: str | None
    session_store: SessionStore | None
    limits: int
    max_response_bytes: int
    transport: Any
    runtime: Runtime | None
    terms: Mapping[str, str] | None


class ConnectionOptions(SharedOptions, total=False):
    """The options of `ConnectionBase`."""

    verify: Verify
    timeout: float | None
    ttl: float | None


CALL_OPTIONS = CallOptions.__optional_keys__
PAGE_OPTIONS = PageOptions.__optional_keys__
STREAM_OPTIONS = StreamOptions.__optional_keys__
SHARED_OPTIONS = SharedOptions.__optional_keys__
CONNECTION_OPTIONS = ConnectionOptions.__optional_keys__


def check_options(
    function: Callable[..., Any], given: Iterable[str], known: frozenset[str]
) -> None:
    """Check the names of the keyword arguments that a function takes as `**options`.

    Args:
        function: The function, for the message.
        given: The names that it got.
        known: The names that it takes.

    Raises:
        TypeError: A name is unknown; the message has the argument that is closest to it.
    """
    for name in given:
        if name not in known:
            raise TypeError(
                f"{function.__name__} got an unknown argument {name!r}:"
                f" {_hint(name, function, known)}"
            )


def _hint(name: str, function: Callable[..., Any], known: frozenset[str]) -> str:
    import inspect

    from .suggestions import suggestion

    parameters = inspect.signature(function).parameters.values()
    names = sorted(known.union(one.name for one in parameters if one.kind is not one.VAR_KEYWORD))
    return suggestion(name, names, f"it has {', '.join(names)}")
