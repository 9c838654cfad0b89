# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random credentials, each in the texts of its own kind: no part of one remains."""

from __future__ import annotations

import json
import string
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets import heuristics
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.finding import search
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.heuristics import MASK
from hypothesis import given, settings
from hypothesis import strategies as st

LETTERS = string.ascii_letters + string.digits
SIGNS = "!%*+-./=?@^_~"
SHORTEST_PART = 5
"""Characters. Shorter parts of a credential occur in the text around it by chance."""


def token(signs: str, least: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(LETTERS + signs), min_size=least, max_size=most or least)


def password(signs: str) -> st.SearchStrategy[str]:
    """Return passwords that do not look like a harmless value, such as a variable or a path."""
    return token(signs, 6, 20).map(lambda text: f"Z9{text}xK")


def in_sql(value: str) -> str:
    return value.replace("'", "''")


FORMS: dict[str, tuple[st.SearchStrategy[str], str | Callable[[str], str]]] = {
    "bearer": (token("-._~+/", 20, 60), "Bearer {}"),
    "basic": (
        password(SIGNS).map(lambda text: b64encode(f"a:{text}".encode()).decode()),
        "Basic {}",
    ),
    "negotiate": (token("+/", 20, 60), "Negotiate {}"),
    "signature": (
        token("", 64),
        "AWS4-HMAC-SHA256 Credential=AB/1, SignedHeaders=host, Signature={}",
    ),
    "digest": (token("", 32), 'Digest username="ada", realm="a", response="{}"'),
    "digest and signature": (token("", 64), "Digest realm=a, AWS4-HMAC-SHA256 Signature={}"),
    "web token": (token("-_", 40), "eyJhbGciOiJIUzI1NiJ9.{}.eyJhbGciOiJIUzI1NiJ9"),
    "url": (
        password(SIGNS).map(lambda text: quote(text, safe="")),
        "https://ada:{}@host.example/x",
    ),
    "azure": (token("_~.-", 34), "abc8Q~{}"),
    "azure, cut off": (token("_~.-", 34), "8Q~{}"),
    "github": (token("", 36), "gh" + "p_{}"),
    "hash": (token("./", 86), "$6$abcdefgh${}"),
    "curl": (password(SIGNS), "curl -u ada:{} https://host.example"),
    "mysql": (password(SIGNS), "mysql -uroot -p{} db"),
    "argument": (password(SIGNS), "tool --password {} -v"),
    "sql": (password(SIGNS + "'").map(in_sql), "CREATE USER a IDENTIFIED BY '{}';"),
    "postgresql": (password(SIGNS + "'").map(in_sql), "ALTER USER a WITH PASSWORD '{}';"),
    "xml": (password(SIGNS + "[]'\""), "<a><password>{}</password></a>"),
    "call": (password(SIGNS + "'"), lambda value: f"BasicAuth('ada', {value!r})"),
    "setter": (password(SIGNS + "'"), lambda value: f"x.setPassword({json.dumps(value)})"),
    "yaml": (password(SIGNS + "'"), lambda value: f"password: {json.dumps(value)}"),
    "connection string": (password(SIGNS), "Server=a;User Id=b;Password={};Encrypt=yes"),
    "form": (password(SIGNS).map(lambda text: quote(text, safe="")), "user=a&password={}&x=1"),
    "cookie": (password(SIGNS + "'"), "Cookie: a=b; sid={}; c=d"),
    "prose": (password(SIGNS), "the password is '{}' now"),
    "oracle": (password("!*+-.^_~"), "jdbc:oracle:thin:scott/{}@db:1521/x"),
    "private key": (
        token("+/", 64),
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
    ),
    "putty": (token("+/", 64), "Private-Lines: 1\n{}\nPrivate-MAC: ab"),
    "ios": (password(SIGNS + "()"), "username ada privilege 15 secret 0 {}"),
    "ios, quoted": (password(SIGNS + "() "), 'enable secret "{}"'),
    "snmp": (password(SIGNS + "()"), "snmp-server community {} RO"),
    "tacacs": (password(SIGNS + "()"), "tacacs-server host 192.0.2.1 key 7 {}"),
}
TEXTS: dict[str, Callable[[str], str]] = {
    "alone": str,
    "line": lambda text: f"first\n{text}\nlast: x",
    "json": lambda text: json.dumps({"x": text, "y": 1}),
    "json, quoted": lambda text: json.dumps({"x": f'he said "{text}" here', "y": 1}),
    "json, escaped": lambda text: json.dumps(json.dumps([text, "y"])),
    "repr": lambda text: repr({"x": text, "y": 1}),
}


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data(), around=st.sampled_from(sorted(TEXTS)))
@settings(deadline=None, max_examples=30)
def test_no_part_of_a_credential_remains(form: str, data: Any, around: str) -> None:
    credentials, write = FORMS[form]
    credential = data.draw(credentials)
    write = write.format if isinstance(write, str) else write
    text, without = (TEXTS[around](write(value)) for value in (credential, ""))

    shown = heuristics.scan_and_redact(text)

    parts = {
        credential[start : start + SHORTEST_PART]
        for start in range(len(credential) - SHORTEST_PART + 1)
    }
    assert [part for part in parts if part in shown.replace(MASK, "") and part not in without] == []
    assert all(0 <= span.start < span.end <= len(text) for span in search(text))
    assert heuristics.scan_and_redact(shown) == shown
    if around.startswith("json"):
        json.loads(shown)
