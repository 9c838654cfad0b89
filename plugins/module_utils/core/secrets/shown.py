# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs and headers for people to read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

from .finding import search
from .names import sensitivity_of
from .values import LONGEST_JUDGED, looks_random

HIDDEN = "***"

SHOWN_HEADERS = frozenset(
    "accept accept-encoding accept-language accept-ranges age allow cache-control connection"
    " content-disposition content-encoding content-length content-location content-range"
    " content-type date etag expires host if-match if-none-match if-modified-since last-modified"
    " location retry-after server strict-transport-security transfer-encoding user-agent vary via"
    " x-correlation-id x-powered-by x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset"
    " x-request-id".split()
)
_CORRELATION_ID = "-cid"
"""The end of the name of a correlation id's header, which services name after themselves."""
_URL_HEADERS = frozenset(("content-location", "location"))

SHOWN_QUERY_KEYS = frozenset(
    "contains count detail dereference end equals exclude fields greaterthanequals include limit"
    " offset order owner page pagesize perpage search skip sort start startswith".split()
)
"""Keys whose values are shown even if they look random: filters by ids are common.

Other spellings of them count too, see `_plain_key`.
"""

_SECRET_QUERY_KEYS = frozenset(
    "assertion code hash hmac k key nonce p samlrequest samlresponse sas state ticket verifier"
    " code_verifier".split()
)
"""Keys that name a secret in a query, though not elsewhere (RFC 6749 section 4.1.2, and others)."""

_KEY_PARTS = re.compile(r"[\[\].]+")
_HINT = re.compile(r"(?i)token|secret|key|pass|session|auth|cred|invite|reset|share")


def safe_url(url: str) -> str:
    """Return a URL as it may be shown.

    It is without user information and fragment, and parts of path and query that are named or look
    like secrets are hidden.

    Args:
        url: An absolute URL or a path.

    Returns:
        The URL; what is hidden is `***`.
    """
    head, mark, query = url.partition("#")[0].partition("?")
    scheme, separator, rest = head.partition("://")
    if separator:
        authority, slash, path = rest.partition("/")
        head = f"{scheme}://{authority.rpartition('@')[2]}{slash}{_safe_path(path)}"
    else:
        head = _safe_path(head)
    return f"{head}?{'&'.join(map(_safe_pair, query.split('&')))}" if mark else head


def _safe_path(path: str) -> str:
    """Hide segments and parameters of segments that are secrets.

    For example `/tokens/8fk3...`, if it looks random, and `/x;jsessionid=8fk3...`.
    """
    if not _HINT.search(path):
        return path
    segments = path.split("/")
    for number in range(1, len(segments)):
        before = segments[number - 1]
        named = sensitivity_of(before) or _HINT.match(before)
        if named and looks_random(unquote(segments[number])):
            segments[number] = HIDDEN
        elif "=" in segments[number]:
            segments[number] = ";".join(map(_safe_pair, segments[number].split(";")))
    return "/".join(segments)


@lru_cache(maxsize=1024)
def _safe_pair(pair: str) -> str:
    key, equals, value = pair.partition("=")
    if not value:
        return f"{HIDDEN}{equals}" if looks_random(unquote_plus(key)) else pair
    return pair if _may_be_shown(unquote_plus(key), unquote_plus(value)) else f"{key}={HIDDEN}"


def _plain_key(key: str) -> str:
    """Return a key of a filter or a page in one spelling.

    For example `equals` for `equalsField`, `perpage` for `per_page`, `exclude` for `exclude-tags`.
    """
    name = key.lower()
    if name.startswith("exclude-"):
        return "exclude"
    return name.replace("_", "").removesuffix("field")


def _may_be_shown(key: str, value: str) -> bool:
    """Tell whether the value of a query key may be shown.

    For a key such as `filter[password]`, all its names count.
    """
    parts = [part for part in _KEY_PARTS.split(key) if part]
    if any(sensitivity_of(part) or part.lower() in _SECRET_QUERY_KEYS for part in parts):
        return False
    if "://" in value and ("@" in value or "?" in value):
        return False
    # A pair within the value; the search is slow when it is used for the first time.
    if ("=" in value or ":" in value) and _HINT.search(value) and search(value):
        return False
    if parts and _plain_key(parts[0]) in SHOWN_QUERY_KEYS:
        return True
    return len(value) <= LONGEST_JUDGED and not looks_random(value)


def safe_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that are known to be harmless, names in lower case.

    URLs in them are as `safe_url` returns them.
    """
    lower = ((name.lower(), value) for name, value in headers.items())
    return {
        name: safe_url(value) if name in _URL_HEADERS else value
        for name, value in lower
        if name in SHOWN_HEADERS or name.endswith(_CORRELATION_ID)
    }
