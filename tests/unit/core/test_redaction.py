# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masking known secrets: by value, in every form, at any place."""

from __future__ import annotations

import copy
import gc
import pickle

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets import (
    data,
    known,
    named,
    redaction,
)
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.heuristics import MASK
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    SecretValues,
)
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)
SECRET = 'p@ss "wörd"/100%'

# The mask itself is left out: a secret that is a part of it would be there even where nothing was
# masked.
secrets_of_users = st.text(
    st.characters(blacklist_categories=["Cs"]), min_size=redaction.SHORTEST
).filter(lambda text: not set("[]") & set(text) and text not in MASK and text == text.strip())


@given(
    secret=secrets_of_users,
    others=st.lists(secrets_of_users, max_size=2),
    text=st.text(max_size=20),
)
@PROPERTY
def test_a_secret_never_survives(secret, others, text):
    known = SecretValues([secret, *others])

    scrubbed = known.scrub(text + secret + text.join(others) + secret[:2] + secret + text)

    for value in (secret, *others):
        assert value not in scrubbed


def test_the_longest_secret_goes_first():
    known = SecretValues(["open", "open sesame"])

    assert known.scrub("say open sesame, open up") == f"say {MASK}, {MASK} up"
    assert known.values == tuple(sorted(known.values, key=len, reverse=True))


@pytest.mark.parametrize("value", [None, "", "abc"])
def test_values_too_short_to_be_searched_for_are_ignored(value):
    known = SecretValues([value])

    assert known.values == ()
    assert known.scrub("abc abc") == "abc abc"


def test_the_form_of_http_basic_is_masked():
    known = SecretValues()
    known.add_basic("ada", "pw")

    assert known.scrub("Basic YWRhOnB3") == f"Basic {MASK}"


@pytest.mark.parametrize("secret", ["caf\udce9-secret"])
def test_a_secret_from_an_environment_that_is_not_utf8_is_masked(secret):
    known = SecretValues([secret])
    known.add_basic("ada", secret)

    assert known.scrub(f"it is {secret}") == f"it is {MASK}"
    assert known.scrub_bytes(secret.encode("utf-8", "surrogatepass")) == MASK.encode()


def test_structured_data_is_masked_in_keys_and_values():
    known = SecretValues(["sesame"])
    data = {"a": ["open sesame", 1, None, ("sesame",)], "sesame": {"deep": True}, 7: 1.5}

    assert known.scrub_value(data) == {
        "a": [f"open {MASK}", 1, None, [MASK]],
        MASK: {"deep": True},
        7: 1.5,
    }


def test_bytes_are_masked():
    known = SecretValues(["sésame"])

    assert known.scrub_bytes("open sésame ü".encode()) == f"open {MASK} ü".encode()
    assert known.scrub_bytes(b"\xff\x00 nothing") == b"\xff\x00 nothing"


def test_the_holder_of_secrets_shows_and_exports_none():
    known = SecretValues([SECRET])

    assert SECRET not in repr(known)
    for export in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            export(known)


def test_a_scope_may_hold_the_secrets_of_one_client_alone():
    one, other = SecretValues(["sesame-of-one"]), SecretValues(["sesame-of-the-other"])
    text = "sesame-of-one sesame-of-the-other"
    assert redaction.scrub_live(text) == f"{MASK} {MASK}"
    token = redaction.in_scope.set((one,))
    try:
        assert redaction.scrub_live(text) == f"{MASK} sesame-of-the-other"
    finally:
        redaction.in_scope.reset(token)
    assert other.scrub(text) == f"sesame-of-one {MASK}"


def test_a_client_that_another_thread_makes_at_the_same_time_does_no_harm(monkeypatch):
    class Changing(list):
        rounds = 0

        def __iter__(self):
            Changing.rounds += 1
            if Changing.rounds == 1:
                raise RuntimeError("Set changed size during iteration")
            return super().__iter__()

    monkeypatch.setattr(known, "_live", Changing([SecretValues(["sesame-of-one"])]))
    assert redaction.scrub_live("sesame-of-one") == MASK


def test_live_secrets_are_masked_for_as_long_as_their_holder_lives():
    known = SecretValues(["sesame-live-one"])
    assert redaction.scrub_live("open sesame-live-one") == f"open {MASK}"

    del known
    gc.collect()

    assert redaction.scrub_live("open sesame-live-one") == "open sesame-live-one"


def test_known_secrets_and_texts_that_look_like_secrets_are_both_masked():
    known = SecretValues(["sesame-live-two"])

    assert (
        redaction.scrub_all("open sesame-live-two, password=x") == f"open {MASK}, password={MASK}"
    )
    assert known.values


def test_secrets_are_named_by_their_keys():
    data = {
        "user": "ada",
        "password": "one",
        "nested": [{"client_secret": "two"}, ({"apiKey": "three"},)],
        "token": {"value": "four", "expires_in": 3600, "type": "bearer"},
        "token_count": "5",
        "tokens": ["five", ("six",)],
        "pin_code": 4711,
        "secret": 12345,
        "passcode": 1.25,
        "passphrase": True,
        "passwd": None,
        "pwd": 6,
    }

    # A number as short as 6 is yielded by none: masking it would mask every 6 there is.
    assert list(redaction.named_secrets(data)) == [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "12345",
        "1.25",
    ]
    assert list(redaction.named_secrets("password")) == []


def test_a_header_is_secret_by_its_name_alone():
    headers = {
        "Accept": "text/csv",
        "X-Own": "anything",
        "authorization": "Bearer one",
        "X-Auth-Token": "two",
        "X-Session": "open",
        "X-Session-Key": 33333,
        "Cookie": "sid=8fk3mD9xQ2; SERVERID=node1",
        "X-Link": "https://x/?token=four",
    }

    assert list(dict.fromkeys(redaction.named_secrets(headers, headers=True))) == [
        "Bearer one",
        "one",
        "two",
        "33333",
        "sid=8fk3mD9xQ2; SERVERID=node1",
        "8fk3mD9xQ2",
        "four",
    ]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/health", "/health"),
        ("https://host.example", "https://host.example"),
        ("https://ada:pw@host.example/x", "https://host.example/x"),
        ("https://ada:p%40@host.example:8443/x@y", "https://host.example:8443/x@y"),
        # Query keys are shown by allow-list.
        ("https://host.example/x?api_key=SUPERSECRET", "https://host.example/x?api_key=***"),
        ("/x?limit=5&token=abc&Skip=2", "/x?limit=5&token=***&Skip=2"),
        ("/x?contains[name]=a&equals%5Bid%5D=7", "/x?contains[name]=a&equals%5Bid%5D=7"),
        ("/x?own[limit]=secret", "/x?own[limit]=secret"),
        ("/x?enabled=true&equalsField=type&name=core router&continue=true&q=edge", None),
        ("/x?filter[password]=abc", "/x?filter[password]=***"),
        ("/x?limit[password]=abc&password[]=x", "/x?limit[password]=***&password[]=***"),
        ("/x?cursor=8fK3mD9xQ2&equals=8fK3mD9xQ2", "/x?cursor=***&equals=8fK3mD9xQ2"),
        ("/x?code=abc&state=xyz&session=open", "/x?code=***&state=***&session=***"),
        ("/x?8fK3mD9xQ2", "/x?***"),
        ("/x?equalsField=parentJobId&perPage=parentJobId&_sort=parentJobId", None),
        ("/x?start-code=abcDEF123456789", "/x?start-code=***"),
        (
            "/x?exclude-services=parentJobId&field=parentJobId",
            "/x?exclude-services=parentJobId&field=***",
        ),
        (f"/x?note={'a' * 300}", "/x?note=***"),
        ("/x?next=https://h/y", "/x?next=https://h/y"),
        ("/x?next=https://h/y%3Ftoken=1", "/x?next=***"),
        ("/tokens/8fK3mD9xQ2/use", "/tokens/***/use"),
        ("https://h/reset-password/8fK3mD9xQ2?a=1", "https://h/reset-password/***?a=1"),
        ("/tokens/current", "/tokens/current"),
        ("/x?flag", "/x?flag"),
        ("/x?8fK3mD9xQ2=&a=", "/x?***=&a="),
        ("/app;v=1;jsessionid=8fK3mD9xQ2/y", "/app;v=1;jsessionid=***/y"),
        ("/session;x/token=abc", "/session;x/token=***"),
        ("/x?q=password%3Dhunter2&r=secret", "/x?q=***&r=secret"),
        ("/x?contains=password=hunter2", "/x?contains=***"),
        ("/x?", "/x?"),
        ("/x?next=https://u:p@h/", "/x?next=***"),
        ("https://host.example/x#access_token=abc", "https://host.example/x"),
        ("https://host.example/x?limit=5#access_token=abc", "https://host.example/x?limit=5"),
    ],
)
def test_a_url_is_shown_without_what_may_be_secret(url, shown):
    assert redaction.safe_url(url) == (url if shown is None else shown)


def test_headers_are_shown_by_allow_list():
    headers = {
        "Authorization": "Bearer x",
        "Cookie": "a=b",
        "X-API-Key": "y",
        "X-Made-Up": "z",
        "Content-Type": "text/plain",
        "X-Correlation-ID": "1",
        "Location": "https://ada:pw@h/x?access_token=abc&code=def#id_token=x",
    }

    assert redaction.safe_headers(headers) == {
        "location": "https://h/x?access_token=***&code=***",
        "content-type": "text/plain",
        "x-correlation-id": "1",
    }


class Tagged(str):
    """A stand-in for Ansible's strings, which have an origin."""


class Counted(int):
    """A stand-in for Ansible's numbers."""


def test_data_is_masked_by_keys_and_by_looks():
    data = {
        "user": "ada",
        "password": "one",
        "pin": 4711,
        "client_secret": ["two", {"value": 3, "type": "static"}],
        "credentials": {
            "username": "ada",
            "pass": "four",
            "otp": "123456",
            "active": True,
            "note": None,
        },
        "tokens": 42,
        "session": "open",
        "auth": {"method": "basic", "token": "five"},
        "log": ["GET /x?api_key=six&y=1", ("password: seven",)],
        "env": [
            {"name": "DB_PASSWORD", "value": "eight"},
            {"key": "LEVEL", "value": "debug"},
            {"value": "nine"},
        ],
        "enabled": False,
        "password_policy": "strong",
        7: {"secret": 1.5},
    }

    assert redaction.redact_data(data) == {
        "user": "ada",
        "password": MASK,
        "pin": MASK,
        "client_secret": [MASK, {"value": MASK, "type": "static"}],
        "credentials": {"username": "ada", "pass": MASK, "otp": MASK, "active": True, "note": None},
        "tokens": 42,
        "session": "open",
        "auth": {"method": "basic", "token": MASK},
        "log": [f"GET /x?api_key={MASK}&y=1", [f"password: {MASK}"]],
        "env": [
            {"name": "DB_PASSWORD", "value": MASK},
            {"key": "LEVEL", "value": "debug"},
            {"value": "nine"},
        ],
        "enabled": False,
        "password_policy": "strong",
        7: {"secret": MASK},
    }


@pytest.mark.parametrize(
    "value", [None, True, 5, 1.5, "open", [], {}, {"a": [1, "b"]}, "{{ vault_password }}"]
)
def test_data_without_a_secret_stays(value):
    assert redaction.redact_data(value) == value


def test_masked_data_is_plain():
    masked = redaction.redact_data(
        {
            Tagged("name"): [Tagged("open"), Counted(5)],
            "set": {"one"},
            "password": frozenset(["twice"]),
        }
    )

    assert masked == {"name": ["open", 5], "set": ["one"], "password": [MASK]}
    assert {type(key) for key in masked} == {str}
    assert [type(item) for item in masked["name"]] == [str, int]


def test_known_secrets_are_masked_in_data_too():
    known = SecretValues(["sesame-live-three"])

    assert redaction.redact_data({"sesame-live-three": ["open sesame-live-three"]}) == {
        MASK: [f"open {MASK}"]
    }
    assert known.values


@pytest.mark.parametrize("text", ["\ud800", "caf\udce9"])
def test_an_unpaired_surrogate_is_no_error(text):
    known = SecretValues([f"sesame {text}"])

    assert redaction.redact_data(
        {"password": text * 4, "note": f"{text} password={text}x sesame {text}"}
    ) == {
        "password": MASK,
        "note": f"{text} password={MASK} {MASK}",
    }
    assert known.scrub_value([f"open sesame {text}"]) == [f"open {MASK}"]
    assert (
        redaction.safe_url(f"https://a.example/{text}?q={text}")
        == f"https://a.example/{text}?q={text}"
    )
    assert list(redaction.named_secrets({text: {"password": text}})) == [text]


@given(secret=secrets_of_users, before=st.text(max_size=5), after=st.text(max_size=5))
@PROPERTY
def test_every_form_is_masked_inside_data(secret, before, after):
    known = SecretValues([secret])
    for form in known.values:
        data = {"deep": [1, {f"{before}{form}": None}, f"{before}{form}{after}"]}
        shown = known.scrub_value(data)
        assert form not in next(iter(shown["deep"][1]))
        assert form not in shown["deep"][2]


def test_data_without_a_secret_is_the_same_object():
    data = {"a": [1, None, "open sesame"]}
    assert SecretValues(["another word"]).scrub_value(data) is data


def test_a_value_without_a_json_form_is_searched_too():
    assert SecretValues(["open sesame"]).scrub_value({"a": [object, "open sesame"]}) == {
        "a": [object, MASK]
    }


@pytest.mark.parametrize(
    ("value", "may"),
    [
        ({"name": "a", "steps": [{"x": 1}, ("y", None)]}, False),
        ("password", False),
        ({"steps": [{"deep": {"password": "x"}}]}, True),
        ([{"name": "password", "value": "x"}], True),
        ([{"key": "token", "value": "x"}], True),
        ([{"name": "colour", "value": "x"}], False),
        ({1: "x", None: "y"}, False),
        ({"steps": {"x"}}, True),
    ],
)
def test_data_whose_keys_name_no_secret_are_not_changed(value, may):
    masked = data.mask_named(value)
    if may:
        assert masked is not value
    else:
        assert masked in (value, {"name": "a", "steps": [{"x": 1}, ["y", None]]})


def test_keys_beyond_those_that_are_remembered_are_judged_too(monkeypatch):
    monkeypatch.setattr(data, "_MOST_HARMLESS", 0)

    names = ["an_unusual_colour", "an_unusual_password"]
    assert data.names_of_secrets(names) == {"an_unusual_password"}


@pytest.mark.parametrize(
    "pair",
    [
        {"name": "password", "value": "hunter2"},
        {"key": "password", "value": "hunter2"},
        {"key": "password", "name": None, "value": "hunter2"},
        {"key": "password", "name": "", "value": "hunter2"},
        {"key": "password", "name": "Administrator", "value": "hunter2"},
    ],
)
def test_the_value_of_a_pair_is_masked_if_one_of_its_names_is_that_of_a_secret(pair):
    assert data.mask_named([pair]) == [{**pair, "value": MASK}]
    assert redaction.redact_data([pair]) == [{**pair, "value": MASK}]
    assert list(named.named_secrets([pair])) == ["hunter2"]
