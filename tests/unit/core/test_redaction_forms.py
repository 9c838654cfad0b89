# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which a known secret may be written, and for how long it is known."""

from __future__ import annotations

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from html.entities import codepoint2name
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

import pytest
import yaml
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.plugins.module_utils.core.http import Request
from ansible_collections.restops.clients.plugins.module_utils.core.secrets import redaction
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.known import KEPT
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    MASK,
    SecretValues,
)
from hypothesis import given, settings
from hypothesis import strategies as st

SIMPLE = 'p@ss "wörd"/100%'
HARD = "p&ä<w/0'r\"d:x y\\z🔑\n%"
LONG = "it's a long passphrase, '' and more " * 3 + "!"


def forms_of(secret: str) -> dict[str, str]:
    """Return the ways in which servers, logs and tools write a secret."""
    raw, escaped = secret.encode(), json.dumps(secret)[1:-1]
    plain = json.dumps(secret, ensure_ascii=False)[1:-1]
    named = "".join(
        f"&{codepoint2name[ord(char)]};" if ord(char) in codepoint2name else char for char in secret
    )
    return {
        "plain": secret,
        "percent": quote(secret),
        "percent, every sign": quote(secret, safe=""),
        "percent, lower case": "".join(f"%{byte:02x}" for byte in raw),
        "percent, upper case": "".join(f"%{byte:02X}" for byte in raw),
        "percent, either case": "".join(f"%{b:02x}" if b % 2 else f"%{b:02X}" for b in raw),
        "percent twice": quote(quote(secret, safe=""), safe=""),
        "form": quote_plus(secret),
        "json": plain,
        "json, ascii": escaped,
        "json in json": json.dumps(escaped)[1:-1],
        "json in json in json": json.dumps(json.dumps(escaped)[1:-1])[1:-1],
        "json of PHP": escaped.replace("/", "\\/"),
        "json of Go": plain.replace("&", "\\u0026").replace("<", "\\u003c"),
        "html": html.escape(secret),
        "html of html": html.escape(html.escape(secret)),
        "html, decimal": "".join(f"&#{ord(char)};" for char in secret),
        "html, hexadecimal": "".join(f"&#x{ord(char):X};" for char in secret),
        "html, named": named,
        "html in json of Go": json.dumps(html.escape(secret))[1:-1].replace("&", "\\u0026"),
        "html in a query": quote(html.escape(secret), safe=""),
        "json in a query": quote(escaped, safe=""),
        "json of PHP in a query": quote(escaped.replace("/", "\\/"), safe=""),
        "xml": escape(secret),
        "xml, attribute": quoteattr(secret).strip("'\""),
        "python": repr(secret)[1:-1],
        "python, ascii": ascii(secret)[1:-1],
        "python, bytes": repr(raw)[2:-1],
        "yaml, double quotes": yaml.safe_dump(secret, default_style='"').strip()[1:-1],
        "yaml, single quotes": secret.replace("'", "''"),
        "shell": "".join(char if char.isalnum() else f"\\{char}" for char in secret),
        "csv": secret.replace('"', '""'),
        "base64": b64encode(raw).decode(),
        "base64, no padding": b64encode(raw).decode().rstrip("="),
        "base64url": urlsafe_b64encode(raw).decode(),
        "base64 in a query": quote(b64encode(raw).decode(), safe=""),
        "base64 in json of PHP": b64encode(raw).decode().replace("/", "\\/"),
    }


FORMS = [
    pytest.param(secret, form, id=f"{name} {number}")
    for number, secret in enumerate(
        (SIMPLE, HARD, LONG, "пароль密🔑", "caf\u00e9-w\u00f6rd", "abcd")
    )
    for name, form in forms_of(secret).items()
]


@pytest.mark.parametrize(("secret", "form"), FORMS)
def test_a_secret_is_masked_however_it_is_written(secret: str, form: str) -> None:
    known = SecretValues([secret])
    before, after = f"before {form} after", f"before {MASK} after"

    assert known.scrub(before) == after
    assert known.scrub_bytes(before.encode()) == after.encode()
    assert known.scrub_value({"a": [before]}) == {"a": [after]}


secrets_of_users = st.text(st.characters(blacklist_categories=["Cs"]), min_size=4).filter(
    lambda text: not set("[]") & set(text) and text not in MASK and text == text.strip()
)


@given(secret=secrets_of_users, text=st.text(max_size=20))
@settings(deadline=None)
def test_no_form_of_any_secret_survives(secret: str, text: str) -> None:
    known = SecretValues([secret])
    for form in forms_of(secret).values():
        assert secret not in known.scrub(f"{text}{form}{text}").replace(MASK, " ")


@pytest.mark.parametrize("user", ["", "a", "ab", "ada", "ada@itential"])
@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_basic_credentials_of_any_user_are_masked(
    user: str, encode: Callable[[bytes], bytes]
) -> None:
    written = encode(f"{user}:{SIMPLE}".encode()).decode()

    shown = SecretValues([SIMPLE]).scrub(f"Basic {written}.")

    assert shown.endswith(f"{MASK}.")
    assert len(shown) < len(user) * 4 / 3 + len(f"Basic {MASK}.") + 3


TWO_LINES = ("two\nlines-word", "two\r\nlines-word")


@pytest.mark.parametrize("secret", TWO_LINES)
@pytest.mark.parametrize("written", TWO_LINES)
@pytest.mark.parametrize(
    "form", ["plain", "json", "percent", "html, decimal", "yaml, double quotes"]
)
def test_a_secret_is_masked_with_other_line_ends(secret: str, written: str, form: str) -> None:
    assert SecretValues([secret]).scrub(f"x {forms_of(written)[form]} y") == f"x {MASK} y"


def test_a_secret_in_another_normal_form_is_masked() -> None:
    composed, decomposed = "caf\u00e9-word", "cafe\u0301-word"

    assert SecretValues([composed]).scrub(decomposed) == MASK
    assert SecretValues([decomposed]).scrub(composed) == MASK


def test_numbers_that_are_written_like_a_secret_are_masked() -> None:
    known = SecretValues(["14141414", "2.5000"])

    assert known.scrub_value({"pin": 14141414, "n": [1414, True, 2.5]}) == {
        "pin": MASK,
        "n": [1414, True, 2.5],
    }


def test_bytes_in_another_charset_are_masked() -> None:
    shown = SecretValues(["wörd-x"]).scrub_bytes("a wörd-x".encode("latin-1"))

    assert shown == f"a {MASK}".encode()


def test_white_space_around_a_secret_is_no_part_of_it() -> None:
    known = SecretValues([" sesame\n", "    ", " abc "])

    assert known.values == ("sesame",)
    assert known.scrub("    abc sesame") == f"    abc {MASK}"


@pytest.mark.parametrize("piece", ["\\", "'", "&amp;", "%25", " ", "\\'", "\\\\\\ "])
def test_a_text_of_many_escapes_is_scanned_to_the_end(piece: str) -> None:
    # Nested choices would take exponential time.
    known = SecretValues(["\\" * 9 + "'" * 9 + '"' * 9 + " " * 9 + "&" * 9 + "%" * 9 + "x"])

    assert known.scrub(piece * 2000) == piece * 2000


def test_the_secrets_of_a_session_are_forgotten_some_time_after_its_end() -> None:
    known = SecretValues(["password-1"])
    known.replace((), ("token-one", "password-1"), 0.0)
    known.replace(("token-one", "password-1"), ("token-two",), 100.0)
    assert set(known.values) == {"password-1", "token-one", "token-two"}
    assert known.scrub("token-one token-two") == f"{MASK} {MASK}"

    known.replace(("token-two",), ("token-three",), 100.0 + KEPT)

    assert set(known.values) == {"password-1", "token-two", "token-three"}
    assert known.scrub("token-one token-two") == f"token-one {MASK}"


def test_a_session_that_comes_back_is_not_forgotten() -> None:
    known = SecretValues()
    for now in range(0, 5000, 500):
        known.replace(("token-one",), ("token-one",), now)
    assert known.values == ("token-one",)


def test_secrets_in_scope_are_masked_by_every_client() -> None:
    client, task = SecretValues(["client-word"]), SecretValues(["task-word"])
    text = "client-word task-word"

    with redaction.scope(task):
        assert client.scrub(text) == f"{MASK} {MASK}"
        assert client.scrub_bytes(text.encode()) == f"{MASK} {MASK}".encode()
        assert client.scrub_value([text]) == [f"{MASK} {MASK}"]
        assert redaction.scrub_live(text) == f"client-word {MASK}"
        redaction.join_scope(client)
        redaction.join_scope(client)
        assert redaction.scrub_live(text) == f"{MASK} {MASK}"
    redaction.join_scope(client)

    assert redaction.in_scope.get() is None
    assert client.scrub(text) == f"{MASK} task-word"


def test_an_error_that_leaves_a_client_is_masked() -> None:
    known = SecretValues(["sesame-word"])
    asked = Request("GET", "/sesame-word", "https://x/sesame-word", {})
    error = ClientError("no sesame-word", request=asked)
    known.scrub_error(error)
    assert (str(error), error.message) == (f"no {MASK}", f"no {MASK}")
    assert (asked.path, asked.url) == (f"/{MASK}", f"https://x/{MASK}")

    error = ClientError("no sesame-word")
    known.scrub_error(error)
    assert error.args == (f"no {MASK}",)


def test_a_value_that_is_added_while_others_are_prepared_is_masked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = SecretValues(["first-word"])
    prepare = SecretValues.values.fget
    assert prepare is not None

    def interrupted(self: SecretValues) -> tuple[str, ...]:
        values: tuple[str, ...] = prepare(self)
        # As if another thread had its turn here.
        self.add("second-word")
        return values

    with monkeypatch.context() as patched:
        patched.setattr(SecretValues, "values", property(interrupted))
        known.scrub("first-word")

    assert known.scrub("first-word second-word") == f"{MASK} {MASK}"
