# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redaction of a labelled corpus: the secrets that it finds, and the texts that it leaves alone."""

from __future__ import annotations

import json

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets import heuristics
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.heuristics import MASK
from hypothesis import example, given, settings
from hypothesis import strategies as st

from .redaction_corpus import BENIGN_SAMPLES, KEYS, SECRET_SAMPLES, combined, labelled, written

LABELLED = [*labelled(), *combined(), *written()]


@pytest.fixture(autouse=True)
def fresh_scanner():
    """Every test begins and ends with the built-in patterns."""
    heuristics.Scanner.reset_singleton()
    yield
    heuristics.Scanner.reset_singleton()


def test_the_corpus_is_large_enough_to_say_something():
    assert len(set(SECRET_SAMPLES)) >= 300
    assert len({text for text, dummy in LABELLED}) >= 600
    assert len(set(BENIGN_SAMPLES)) >= 200


def test_recall():
    missed = [
        text
        for text, secrets in LABELLED
        if any(secret in heuristics.scan_and_redact(text) for secret in secrets)
    ]

    assert not missed


def test_survival():
    changed = [text for text in BENIGN_SAMPLES if heuristics.scan_and_redact(text) != text]

    assert len(changed) <= len(BENIGN_SAMPLES) / 100, changed


def test_redacting_again_changes_nothing():
    once = [heuristics.scan_and_redact(text) for text, dummy in LABELLED]

    assert [heuristics.scan_and_redact(text) for text in once] == once


@pytest.mark.parametrize(
    ("texts", "expected"),
    [([text for text, dummy in LABELLED], True), (BENIGN_SAMPLES, False)],
    ids=["secrets", "none"],
)
def test_detection_and_redaction_agree(texts, expected):
    for text in texts:
        changed = heuristics.scan_and_redact(text) != text
        assert heuristics.has_sensitive_data(text) is changed
        assert bool(heuristics.get_scanner().get_sensitive_data_types(text)) is changed
    assert {heuristics.has_sensitive_data(text) for text in texts} == {expected}


def test_json_stays_json():
    for text, dummy in LABELLED:
        try:
            json.loads(text)
        except ValueError:
            continue
        json.loads(heuristics.scan_and_redact(text))


# Values whose look says that they are none are left alone on purpose; so are those that look like
# what they stand in.
VALUES = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#+=@^~äß密🔑 "),
    min_size=4,
    max_size=40,
).map(lambda text: f"Z9{text}x")
CONTAINERS = {
    "json": lambda key, value: json.dumps({"a": 1, key: value}),
    "json, nested": lambda key, value: json.dumps({"a": {"b": [{key: value}]}}),
    "json, list": lambda key, value: json.dumps({key: [value, value]}),
    "json, escaped": lambda key, value: json.dumps(json.dumps({key: value, "a": 1})),
    "json, escaped twice": lambda key, value: json.dumps(json.dumps(json.dumps({key: value}))),
    "repr": lambda key, value: repr({key: value, "a": 1}),
    "call": lambda key, value: f"f(a=1, {key.replace('-', '_')}={value!r})",
    "pair": lambda key, value: repr([("a", "b"), (key, value)]),
    "yaml": lambda key, value: f"a: 1\n{key}: '{value}'\n",
    "attribute": lambda key, value: f'<a b="c" {key}="{value}">',
    "environment": lambda key, value: f'export {key.replace("-", "_")}="{value}"',
}


@given(key=st.sampled_from(KEYS), value=VALUES, container=st.sampled_from(sorted(CONTAINERS)))
@example(key="password", value='Z9"\\x', container="json")
@example(key="password", value="Z9'\"\\x", container="repr")
@example(key="password", value="Z9\\\\\"\\'x", container="json, escaped twice")
@settings(deadline=None)
def test_a_value_under_a_secret_key_never_survives(key, value, container):
    text = CONTAINERS[container](key, value)

    redacted = heuristics.scan_and_redact(text)

    assert MASK in redacted
    assert value not in redacted
    assert json.dumps(value)[1:-1] not in redacted
    assert heuristics.scan_and_redact(redacted) == redacted


WORDS = st.sampled_from(
    [
        *KEYS,
        *"password token key Bearer Cookie curl -u eyJ :// is [REDACTED] {{ }}".split(),
        *"| : = , ; & [ ] ( ) { } < > - . a b 1 7".split(),
        *("-----BEGIN PRIVATE KEY-----", "enable secret", "\n", "\\", '"', "'"),
    ]
)


@given(words=st.lists(WORDS, max_size=30), glue=st.sampled_from(["", " ", "\n", "\\"]))
@settings(deadline=None)
def test_any_text_is_scanned_to_the_end(words, glue):
    text = glue.join(words)

    redacted = heuristics.scan_and_redact(text)

    assert heuristics.has_sensitive_data(text) is (redacted != text)
