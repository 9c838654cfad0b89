# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Building URLs that cannot leave the origin they were built for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from .encoding import Params, pairs_of, text_of
from .exceptions import ConfigurationError
from .numbers import whole_number

__all__ = [
    "Params",
    "authority_of",
    "base_of",
    "escape_braces",
    "fill",
    "origin_of",
    "password_of",
    "plain_path",
    "query_of",
    "same_origin",
    "target",
]

_PLAIN = re.compile(r"/[A-Za-z0-9/_~-]*(?:\.[A-Za-z0-9_~-]+)*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DOTS = re.compile(r"(?i)(?:^|/)(?:\.|%2e){1,2}(?=/|$)")
_TEMPLATE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.-]*)\}")
_NAME = re.compile(r"[A-Za-z0-9._~-]+")
# An IPv6 address has two colons at least; with one it is a name and a port. People write its zone
# with %, URLs with %25 (RFC 6874 section 2).
_IPV6 = re.compile(r"(?=[^:]*:[^:]*:)([0-9A-Fa-f:.]+)(?:%(?:25)?([A-Za-z0-9._~-]+))?")
_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]*")
_NOT_ASCII = "must be ASCII: write an international name in its xn--... form"
_IN_REFERENCE = "%/:?#[]@!$&'()*+,;=~"
_ROOT = re.compile(r"\.(?=$|:\d+$)")
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
    address = _IPV6.fullmatch(bare)
    if not address and not _NAME.fullmatch(bare):
        raise ConfigurationError(
            "host must be a host name or an address, without scheme, port, path or user"
            if bare.isascii()
            else f"host {_NOT_ASCII}"
        )
    whole_number("port", port, 0, 65535)
    scheme, usual = ("https", 443) if use_tls else ("http", 80)
    name = bare
    if address:
        name = f"[{address[1]}%25{address[2]}]" if address[2] else f"[{address[1]}]"
    return f"{scheme}://{name}" if port in (0, usual) else f"{scheme}://{name}:{port}"


def authority_of(origin: str) -> str:
    """Return the value of the `Host` header for an origin: host and port.

    It is without the zone of an IPv6 address, which has a meaning on this machine only (RFC 6874
    section 4), and without the dot at the end of a rooted name, which is for the resolver.

    Args:
        origin: `scheme://host[:port]`.
    """
    authority = _ROOT.sub("", origin.partition("://")[2])
    address, zone, rest = authority.partition("%25")
    return f"{address}]{rest.partition(']')[2]}" if zone else authority


def base_of(url: str, what: str = "url") -> tuple[str, str]:
    """Return the origin of a URL, and its path without a trailing slash.

    Args:
        url: `https://server.example[:port][/path]`.
        what: Its name in an error.

    Raises:
        ConfigurationError: Not an http or https URL, or one with a user, a query or a fragment.
    """
    wrong = f"{what} must be an absolute URL like https://host/path"
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port or 0
    except (AttributeError, ValueError) as exc:
        raise ConfigurationError(wrong) from exc
    if not host.isascii():
        raise ConfigurationError(f"{what} {_NOT_ASCII}")
    try:
        origin = origin_of(host, port, parts.scheme == "https")
    except ConfigurationError as exc:
        raise ConfigurationError(wrong) from exc
    if (
        parts.scheme not in _USUAL_PORTS
        or parts.query
        or parts.fragment
        or parts.username is not None
    ):
        raise ConfigurationError(f"{wrong}, without user, query or fragment")
    return origin, target(re.sub("/+", "/", f"/{parts.path}")).rstrip("/")


def fill(path: str, values: Mapping[str, Any] | None) -> str:
    """Fill a path template, each value percent-encoded as one segment or a part of one.

    Args:
        path: `/devices/{name}`. A brace that belongs to the path itself is written `%7B` or `%7D`.
        values: The value of each name, as `encoding.text_of` takes it; `None` for none.

    Raises:
        ConfigurationError: A name without a value, a value without a name, or a value that is
            `None`, empty, `.`, `..`, a list or a dict.
    """
    if not isinstance(path, str):
        raise ConfigurationError(f"path must be a text, not {type(path).__name__}")
    path = text_of(path, "path")
    if "{" not in path and "}" not in path and not values:
        return path
    if not isinstance(values, (Mapping, type(None))):
        raise ConfigurationError(f"path_params must be a dict, not {type(values).__name__}")
    names = set(_TEMPLATE.findall(path))
    if names and values is None:
        raise ConfigurationError(
            f"path has no value for {', '.join(f'{{{name}}}' for name in sorted(names))}:"
            " give path_params, or write literal braces as %7B and %7D"
        )
    given = values or {}
    if names != set(given):
        bare = path.partition("?")[0]
        raise ConfigurationError(
            f"path_params must give exactly {sorted(names)} for {bare!r},"
            f" not {sorted(map(str, given))}"
        )
    filled = _TEMPLATE.sub(lambda match: _segment(match[1], given[match[1]]), path)
    bare = filled.partition("?")[0]
    # JSON in a query has braces too, but in the path itself one that is left is a mistake.
    if "{" in bare or "}" in bare:
        raise ConfigurationError(
            f"path {bare!r} has a brace that belongs to no {{name}}: write literal braces as %7B"
            " and %7D"
        )
    return filled


def escape_braces(path: str) -> str:
    """Return a path that came from a server, so that `fill` does not take it for a template."""
    return path.replace("{", "%7B").replace("}", "%7D")


def _segment(name: str, value: Any) -> str:
    text = text_of(value, f"path_params: {name}")
    if text in ("", ".", ".."):
        raise ConfigurationError(f"path_params: {name} must not be {text!r}")
    return _quote(text)


def _quote(text: str, safe: str = "") -> str:
    # Most texts need no escaping, and checking that is faster than quoting.
    return text if _UNRESERVED.fullmatch(text) else quote(text, safe=safe)


def target(path: str, params: Params = None) -> str:
    """Return the path and query to send, below a client's own prefix.

    Args:
        path: With or without a leading slash, and possibly a query of its own.
        params: Added to that query, a dict or a list of pairs; see `encoding.pairs_of`.

    Raises:
        ConfigurationError: The path has a scheme, an authority, `//`, a backslash, a fragment, a
            dot segment or a control character; or a parameter has no text.
    """
    if not isinstance(path, str):
        raise ConfigurationError(f"path must be a text, not {type(path).__name__}")
    if not path.startswith("/"):
        if _SCHEME.match(path):
            raise ConfigurationError(
                "path must be a path on this server: a URL with a scheme is refused, so that"
                " credentials stay with their host"
            )
        path = f"/{path}"
    if not _PLAIN.fullmatch(path) or "//" in path:
        path = _check(path)
    if params is None:
        return path
    query = query_of(params)
    if not query:
        return path
    return f"{path}{'&' if '?' in path else '?'}{query}"


def query_of(params: Params) -> str:
    """Return parameters as a query, percent-encoded.

    Args:
        params: As `target` takes them.

    Raises:
        ConfigurationError: Not a dict or pairs, or a parameter has no text.
    """
    return "&".join(
        f"{_quote(name, '[]')}={_quote(text)}" for name, text in pairs_of(params or {}, "params")
    )


def _check(path: str) -> str:
    bare, mark, query = path.partition("?")
    for found, what in (
        ("//" in bare, "//"),
        ("\\" in path, "a backslash"),
        ("#" in path, "a fragment (#)"),
        (_CONTROL.search(path), "a control character"),
    ):
        if found:
            raise ConfigurationError(
                f"path must not contain {what}: encode it, or give names through path_params"
            )
    if _DOTS.search(bare):
        raise ConfigurationError("path must not contain the segments . and ..")
    bare = quote(_STRAY_PERCENT.sub("%25", bare), safe="/%:@!$&'()*+,;=~[]")
    query = quote(_STRAY_PERCENT.sub("%25", query), safe="/%:@!$&'()*+,;=~?[]")
    return f"{bare}{mark}{query}" if query else bare


def plain_path(target: str) -> str:
    """Return the one spelling of a path that stands for all spellings.

    It is decoded, in lower case, without a query, empty segments and dot segments, and without a
    slash at the end.

    Args:
        target: A path that begins with a slash, and possibly a query.
    """
    path, decoded = "", target.partition("?")[0]
    while path != decoded:
        path, decoded = decoded, unquote(decoded)
    # normpath keeps two slashes at the beginning.
    return posixpath.normpath(f"/{path.lower().strip('/')}")


def same_origin(base: str, location: str) -> str | None:
    """Resolve a redirect.

    Args:
        base: The URL whose response contained the location.
        location: An absolute or relative reference (RFC 9110 section 10.2.2), as the header was
            decoded: Latin-1. Characters that a URL cannot hold, which many servers send, are
            percent-encoded byte by byte.

    Returns:
        The absolute URL without a fragment, or `None` if it leads to another scheme, host or port,
        or if it cannot be a reference.
    """
    if "\\" in location or _CONTROL.search(location):
        return None
    try:
        joined = urljoin(base, _reference(location)).partition("#")[0]
        here, there = urlsplit(base), urlsplit(joined)
        leaves = _origin(here) != _origin(there)
    except ValueError:
        return None
    return None if leaves or there.username is not None else joined


def _reference(location: str) -> str:
    try:
        raw = location.strip().encode("latin-1")
    except UnicodeEncodeError:
        raw = location.strip().encode()
    return quote(raw, safe=_IN_REFERENCE)


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, _USUAL_PORTS.get(url.scheme) if url.port is None else url.port


def password_of(url: str) -> str | None:
    """Return the password in a URL's user information, decoded, or `None`."""
    try:
        password = urlsplit(url if "://" in url else f"//{url}").password
    except ValueError:
        return None
    return None if password is None else unquote(password)
