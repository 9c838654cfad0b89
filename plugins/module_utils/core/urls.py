# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Building URLs that cannot leave the origin they were built for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from .exceptions import ConfigurationError

Params: TypeAlias = "Mapping[str, Any] | Iterable[tuple[str, Any]] | None"

_PLAIN = re.compile(r"/[A-Za-z0-9/_~-]*(?:\.[A-Za-z0-9_~-]+)*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DOTS = re.compile(r"(?i)(?:^|/)(?:\.|%2e){1,2}(?=/|$)")
_TEMPLATE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
# An IPv6 address has two colons at least; with one it is a name and a port.
_HOST = re.compile(r"[A-Za-z0-9._~-]+|(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]+(?:%25[A-Za-z0-9._~-]+)?")
_USUAL_PORTS = {"http": 80, "https": 443}


def origin_of(host: str, port: int, use_tls: bool) -> str:
    """Return `scheme://host[:port]`.

    Args:
        host: A name, an IPv4 address, or an IPv6 address with or without brackets.
        port: 0 to 65535; 0 stands for 443 with TLS and 80 without. A port that is not the scheme's
            own is always written out.
        use_tls: `https`, else `http`.

    Raises:
        ConfigurationError: Not a host (a URL, say), or not a port.
    """
    bare = host.strip().removeprefix("[").removesuffix("]") if isinstance(host, str) else ""
    if not _HOST.fullmatch(bare):
        raise ConfigurationError(
            "host must be a host name or an address alone: no scheme, port, path or user in it"
        )
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise ConfigurationError(f"port must be a whole number from 0 to 65535, not {port!r}")
    scheme, usual = ("https", 443) if use_tls else ("http", 80)
    name = f"[{bare}]" if ":" in bare else bare
    return f"{scheme}://{name}" if port in (0, usual) else f"{scheme}://{name}:{port}"


def base_of(url: str, what: str = "url") -> tuple[str, str]:
    """Return the origin of a URL, and its path without a trailing slash.

    Args:
        url: `https://server.example[:port][/path]`.
        what: What to call it in an error.

    Raises:
        ConfigurationError: Not an http or https URL, or one with a user, a query or a fragment.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port or 0
        strange = (
            parts.scheme not in _USUAL_PORTS
            or parts.query
            or parts.fragment
            or parts.username is not None
        )
        origin = origin_of(host, port, parts.scheme == "https")
    except (AttributeError, ValueError) as exc:
        raise ConfigurationError(f"{what} must be an absolute URL like https://host/path") from exc
    if strange:
        raise ConfigurationError(
            f"{what} must be an absolute URL like https://host/path, without user, query or fragment"
        )
    return origin, target(re.sub("/+", "/", f"/{parts.path}")).rstrip("/")


def fill(path: str, values: Mapping[str, Any] | None) -> str:
    """Fill a path template, each value percent-encoded as one segment or a part of one.

    Args:
        path: `/devices/{name}`.
        values: The value of each name; `None` for a path that is no template.

    Raises:
        ConfigurationError: A name without a value, a value without a name, an empty value, `.` or
            `..`.
    """
    if values is None:
        return path
    names = set(_TEMPLATE.findall(path))
    if names != set(values):
        raise ConfigurationError(
            f"path_params must give exactly {sorted(names)} for {path!r}, not {sorted(map(str, values))}"
        )

    def encoded(match: re.Match[str]) -> str:
        value = str(values[match.group(1)])
        if value in ("", ".", ".."):
            raise ConfigurationError(f"path_params: {match.group(1)} must not be {value!r}")
        try:
            return quote(value, safe="")
        except UnicodeEncodeError as exc:
            raise ConfigurationError(
                f"path_params: {match.group(1)} holds half a character, which cannot be sent"
            ) from exc

    return _TEMPLATE.sub(encoded, path)


def target(path: str, params: Params = None) -> str:
    """Return the path and query to send, below a client's own prefix.

    Args:
        path: With or without a leading slash, and possibly a query of its own.
        params: Added to that query. `None` values are left out, lists repeat their key, dicts
            become `key[inner]`, booleans `true` and `false`.

    Raises:
        ConfigurationError: The path has a scheme, an authority, `//`, a backslash, a fragment, a
            dot segment or a control character.
    """
    if not isinstance(path, str):
        raise ConfigurationError(f"path must be a text, not {type(path).__name__}")
    if not path.startswith("/"):
        if _SCHEME.match(path):
            raise ConfigurationError(
                "path must be a path on this server: a URL with a scheme is refused, so that credentials stay with their host"
            )
        path = f"/{path}"
    if not _PLAIN.fullmatch(path) or "//" in path:
        path = _checked(path)
    query = "&".join(_pairs(params))
    if not query:
        return path
    return f"{path}{'&' if '?' in path else '?'}{query}"


def _checked(path: str) -> str:
    bare, mark, query = path.partition("?")
    for found, what in (
        ("//" in bare, "//"),
        ("\\" in path, "a backslash"),
        ("#" in path, "a fragment (#)"),
        (_CONTROL.search(path), "a control character"),
    ):
        if found:
            raise ConfigurationError(
                f"path must not hold {what}: encode it, or give names through path_params"
            )
    if _DOTS.search(bare):
        raise ConfigurationError("path must not hold the segments . and ..")
    bare = quote(_STRAY_PERCENT.sub("%25", bare), safe="/%:@!$&'()*+,;=~[]")
    query = quote(_STRAY_PERCENT.sub("%25", query), safe="/%:@!$&'()*+,;=~?[]")
    return f"{bare}{mark}{query}" if query else bare


def _pairs(params: Params) -> Iterable[str]:
    if params is None:
        return
    try:
        items = list(params.items() if isinstance(params, Mapping) else params)
        for key, value in items:
            yield from _encoded(str(key), value)
    except (TypeError, ValueError) as exc:
        raise ConfigurationError("params must be a dict or a list of pairs") from exc


def _encoded(key: str, value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for inner, item in value.items():
            yield from _encoded(f"{key}[{inner}]", item)
    elif isinstance(value, (list, tuple, set)):
        for item in value:
            yield from _encoded(key, item)
    elif value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield f"{quote(key, safe='[]')}={quote(text, safe='')}"


def same_origin(base: str, location: str) -> str | None:
    """Resolve a redirect or a link to a next page.

    Args:
        base: The URL whose answer held the location.
        location: An absolute or relative reference (RFC 9110 section 10.2.2).

    Returns:
        The absolute URL without a fragment, or `None` where it leads to another scheme, host or
        port.
    """
    try:
        joined = urljoin(base, location).partition("#")[0]
        here, there = urlsplit(base), urlsplit(joined)
        leaves = (here.scheme, here.hostname, _port(here)) != (
            there.scheme,
            there.hostname,
            _port(there),
        )
    except ValueError:
        return None
    return (
        None
        if leaves or there.username is not None or "\\" in location or _CONTROL.search(location)
        else joined
    )


def password_of(url: str) -> str | None:
    """Return the password in a URL's user information, decoded, or `None`."""
    try:
        password = urlsplit(url if "://" in url else f"//{url}").password
    except ValueError:
        return None
    return None if password is None else unquote(password)


def _port(url: SplitResult) -> int | None:
    return _USUAL_PORTS.get(url.scheme) if url.port is None else url.port
