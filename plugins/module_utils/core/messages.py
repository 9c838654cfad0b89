# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one line a person reads when a call fails: what was called, what came back, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from .exceptions import ResponseInfo, SerializationError
from .jsonutils import dig
from .secrets.redaction import safe_url

LONGEST = 300
"""Characters of the server's own words that are shown."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What would move a terminal's cursor or turn the direction of a line."""
_TITLE = re.compile(r"(?is)<title[^>]{0,256}>(.{0,1024}?)(?:</title|\Z)")
_TAG = re.compile(r"<[^<>]{0,256}>")
_WHERE = (
    "message",
    "error.message",
    "detail",
    "error_description",
    "error",
    "errors.0.message",
    "errors.0",
    "IAPerror.displayString",
    "title",
    "reason",
)
_NO_FIELD = "non_field_errors"
_HINTS = {
    400: "check the body and parameters",
    401: "check the credentials",
    403: "the account has no role for this; a new login is needed after roles were changed",
    404: "check the path, and the names in it",
    405: "check the method",
    409: "it exists already or has changed meanwhile",
    413: "send less at a time",
    415: "check the content type of the body",
    422: "check the body",
    429: "the server throttles; call less often, or allow more time with 'retry'",
    500: "see the server's log",
    502: "a proxy in front of the server cannot reach it",
    503: "the server is not ready; try again later",
    504: "a proxy in front of the server waited in vain",
}


def of_status(response: ResponseInfo, scrub: Callable[[str], str], hint: str | None = None) -> str:
    """Describe an answer whose status is not 2xx.

    Args:
        response: The answer.
        scrub: Takes secrets out of the server's words.
        hint: What to do; `None` for what the status suggests.
    """
    status = response.status_code
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    words = server_words(response, scrub)
    if phrase.endswith(words):
        words = ""
    if hint is None:
        hint = _HINTS.get(status, "see the server's log" if status >= 500 else "")
    if 300 <= status < 400:
        # Nothing is cut before it is masked: a part of a secret is not found.
        there = scrub(safe_url(response.headers.get("location", "nowhere")))[:200]
        hint = f"it points to {there!r}, which is not followed from here; check host, port, TLS and the path"
    words = words.removesuffix(".") if hint and not words.endswith("...") else words
    tries = f" (after {response.attempts} attempts)" if response.attempts > 1 else ""
    return f"{response.request.method} {response.url}: {phrase}{tries}{': ' + words if words else ''}{'; ' + hint if hint else ''}"


def server_words(response: ResponseInfo, scrub: Callable[[str], str]) -> str:
    """Return what the server says of an error, on one line, at most `LONGEST` characters.

    Args:
        response: The answer: JSON of several shapes, plain text, or an HTML page, of which the
            title is taken.
        scrub: Takes secrets out of the text.
    """
    text = response.text[:65536]
    words = ""
    if text.lstrip().startswith(("<!", "<html", "<HTML")):
        title = _TITLE.search(text)
        # A secret may hold what looks like a tag, and a tag may stand within a secret.
        words = _TAG.sub("", scrub(title.group(1))) if title else ""
        words = f"an HTML page titled {words.strip()!r}" if title else "an HTML page"
    else:
        try:
            answer = response.json()
        except SerializationError:
            words = text
        else:
            words = said(answer) or text
    return one_line(scrub(words))


def one_line(text: str) -> str:
    """Return a server's words on one line, at most `LONGEST` characters."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."


def said(answer: Any) -> str:
    """Return what an error in JSON says to people; `""` where it says nothing that is known.

    Args:
        answer: A text, an object with one of the usual keys, or fields with lists of complaints:
            `name: This field is required.; team: ...`.
    """
    if isinstance(answer, str):
        return answer
    words = next(
        (
            found
            for found in (dig(answer, place) for place in _WHERE)
            if found and isinstance(found, str)
        ),
        "",
    )
    if words or not isinstance(answer, Mapping):
        return words
    return "; ".join(_complaints(answer))


def _complaints(answer: Mapping[str, Any], deeper: int = 3) -> list[str]:
    """Return what an error says of each field; fields may have fields."""
    result = []
    for name, texts in answer.items():
        prefix = "" if name == _NO_FIELD else f"{name}: "
        if isinstance(texts, Mapping) and deeper:
            result += [f"{prefix}{text}" for text in _complaints(texts, deeper - 1)]
        elif isinstance(texts, list) and texts and all(isinstance(text, str) for text in texts):
            result.append(f"{prefix}{' '.join(texts)}")
    return result
