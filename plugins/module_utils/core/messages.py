# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one line that a failed call shows: the call, the response, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from .exceptions import ResponseInfo, SerializationError
from .jsonutils import dig
from .secrets.redaction import safe_url

LONGEST = 300
"""Characters of the server's text that are shown."""
LONGEST_OUTPUT = 500
"""Characters of the output of a program that are shown."""
LONGEST_TARGET = 200
"""Characters of the target of a redirect that are shown."""

_SEARCHED = 65_536
"""Characters at the end of a program's output that are searched for secrets."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Characters that move a terminal's cursor or change the direction of text."""
_TITLE = re.compile(r"(?is)<title[^>]{0,256}>(.{0,1024}?)(?:</title|\Z)")
_TAG = re.compile(r"<[^<>]{0,256}>")
_OPTION = re.compile(r"'([a-z_]+)'")
_PATHS = (
    "message",
    "error.message",
    "detail",
    "error_description",
    "error",
    "errors.0.message",
    "errors.0",
)
_LAST_PATHS = ("title", "reason")
_DEEPEST = 5
"""Levels of nested fields that are searched for errors."""
_PHRASES = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
"""Phrases of RFC 9110 that Python before 3.13 has in an older form."""
_HINTS = {
    400: "check the body and parameters",
    401: "check the credentials",
    403: "the account has no role for this; a new login is needed after roles were changed",
    404: "check the path, and the names in it",
    405: "check the method",
    409: "it exists already or has changed in the meantime",
    413: "send less at a time",
    415: "check the content type of the body",
    422: "check the body",
    429: "the server throttles; call less often, or allow more time with 'retry'",
    500: "see the server's log",
    502: "a proxy in front of the server cannot reach it",
    503: "the server is not ready; try again later",
    504: "the gateway timed out waiting for the server",
}


class Wording(NamedTuple):
    """The terms of a service and of an interface, for error texts.

    Attributes:
        error_paths: Dotted paths of the texts in errors of the service, in addition to the usual
            ones.
        unnamed_fields: Keys under which the service reports errors that belong to no field.
        hints: Hints by status, in place of the usual ones.
        terms: The names that options have in the interface, by the names in this library.
        word_hints: What to do about errors by the words of the server that they begin with;
            these go before hints for a status.
    """

    error_paths: tuple[str, ...] = ()
    unnamed_fields: tuple[str, ...] = ()
    hints: Mapping[int, str] = {}
    terms: Mapping[str, str] = {}
    word_hints: Mapping[str, str] = {}

    def in_terms(self, text: str) -> str:
        """Return a text with the names that options have in the user's interface.

        Names of options stand in single quotes.
        """
        return _OPTION.sub(lambda match: f"'{self.terms.get(match[1], match[1])}'", text)


PLAIN = Wording()


def phrase_of(status: int) -> str:
    """Return the reason phrase of a status, the same in all versions of Python.

    It is that of RFC 9110 section 15, and `""` for an unknown status.
    """
    try:
        return _PHRASES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return ""


def of_status(
    response: ResponseInfo,
    scrub: Callable[[str], str],
    hint: str | None = None,
    wording: Wording = PLAIN,
) -> str:
    """Describe a response whose status is not 2xx.

    Args:
        response: The response.
        scrub: Masks secrets in a text.
        hint: Advice; `None` for the usual hint for the status.
        wording: The terms of the service and of the interface.
    """
    status = response.status_code
    phrase = f"{status} {phrase_of(status)}".rstrip()
    words = server_words(response, scrub, wording)
    if phrase.endswith(words):
        words = ""
    if hint is None:
        usual = _HINTS.get(status, "see the server's log" if status >= 500 else "")
        by_words = (text for start, text in wording.word_hints.items() if words.startswith(start))
        hint = next(by_words, wording.hints.get(status, usual))
    hint = wording.in_terms(hint)
    if 300 <= status < 400:
        # The text is masked before it is cut: a part of a secret would not be found.
        target = scrub(safe_url(response.headers.get("location", "nowhere")))[:LONGEST_TARGET]
        hint = (
            f"it points to {target!r}, which is not followed from here;"
            " check host, port, TLS and the path"
        )
    words = words.removesuffix(".") if hint and not words.endswith("...") else words
    tries = f" (after {response.attempts} attempts)" if response.attempts > 1 else ""
    explanation = f"{': ' + words if words else ''}{'; ' + hint if hint else ''}"
    return f"{response.request.method} {response.url}: {phrase}{tries}{explanation}"


def server_words(
    response: ResponseInfo, scrub: Callable[[str], str], wording: Wording = PLAIN
) -> str:
    """Return the text of an error response, on one line of at most `LONGEST` characters.

    Secrets are masked before anything is cut off.

    Args:
        response: The response: JSON of several shapes, plain text, or an HTML page, of which the
            title is taken.
        scrub: Masks secrets in a text.
        wording: The terms of the service.
    """
    text = response.text[:65536]
    if text.lstrip().startswith(("<!", "<html", "<HTML")):
        title = _TITLE.search(text)
        if title is None:
            return "an HTML page"
        # A secret may contain something that looks like a tag, and a tag may be inside a secret.
        words = f"an HTML page titled {_TAG.sub('', scrub(title[1])).strip()!r}"
    else:
        try:
            words = error_text(response.json(), wording) or text
        except SerializationError:
            words = text
    return one_line(scrub(words))


def one_line(text: str) -> str:
    """Return a server's text on one line of at most `LONGEST` characters."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."


def last_words(output: str, scrub: Callable[[str], str]) -> str:
    """Return the end of a program's output, which says what went wrong, on one line.

    Args:
        output: Its standard output or error output.
        scrub: Masks secrets. It gets more than is shown: a part of a secret would not be found.
    """
    line = " ".join(_CONTROL.sub(" ", scrub(output[-_SEARCHED:])).split())
    return line if len(line) <= LONGEST_OUTPUT else f"...{line[-LONGEST_OUTPUT:]}"


def error_text(content: Any, wording: Wording = PLAIN) -> str:
    """Return the text of an error in JSON; `""` if there is none in the usual places.

    Args:
        content: A text, a list of texts, an object with one of the usual keys, or fields with lists
            of errors, also nested: `name: This field is required.; steps.0.path: ...`.
        wording: The terms of the service.
    """
    if isinstance(content, str):
        return content
    for path in (*_PATHS, *wording.error_paths, *_LAST_PATHS):
        found = dig(content, path)
        if found and isinstance(found, str):
            return found
    if isinstance(content, Mapping):
        fields = [_field_errors(inner, (str(name),), wording) for name, inner in content.items()]
        return "; ".join(text for texts in fields for text in texts or ())
    return "; ".join(_field_errors(content, (), wording) or ())


def _field_errors(content: Any, path: tuple[str, ...], wording: Wording) -> list[str] | None:
    """Return the errors of the fields below a path; `None` if there is anything else."""
    if isinstance(content, list):
        if content and all(isinstance(text, str) for text in content):
            name = ".".join(part for part in path if part not in wording.unnamed_fields)
            return [f"{name}: {' '.join(content)}" if name else " ".join(content)]
        content = dict(enumerate(content))
    if not isinstance(content, Mapping) or len(path) > _DEEPEST:
        return None
    found: list[str] = []
    for name, inner in content.items():
        texts = _field_errors(inner, (*path, str(name)), wording)
        if texts is None:
            return None
        found += texts
    return found
