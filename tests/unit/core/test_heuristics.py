# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding secrets by what they look like."""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets import heuristics
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.data import redact_data
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.heuristics import MASK
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.lazy import Pattern
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)
SECRET = "s3cr3t+Value/with=signs"
SPACED = "four words of secret"
PEM_BODY = "MHcCAQEEIBkg4LVWM9nuwNSk3yByxZpYRTBnVJk5oEAoGCCqGSM49"


@pytest.fixture(autouse=True)
def fresh_scanner():
    """Every test begins and ends with the built-in patterns."""
    heuristics.Scanner.reset_singleton()
    yield
    heuristics.Scanner.reset_singleton()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            json.dumps({"user": "ada", "password": SECRET}, separators=(",", ":")),
            id="json-compact",
        ),
        pytest.param(json.dumps({"client_secret": SECRET}, indent=2), id="json-pretty"),
        pytest.param(json.dumps({"password": SPACED}), id="json-spaces"),
        pytest.param(json.dumps({"password": f'a"{SECRET}'}), id="json-quote-in-value"),
        pytest.param(json.dumps({"password": f"a\\{SECRET}"}), id="json-backslash-in-value"),
        pytest.param(json.dumps(json.dumps({"password": SPACED, "a": 1})), id="json-escaped"),
        pytest.param(
            json.dumps(json.dumps(json.dumps({"password": SPACED}))), id="json-escaped-twice"
        ),
        pytest.param(str({"password": SPACED}), id="repr"),
        pytest.param(str({"password": f"it's {SECRET}"}), id="repr-double-quotes"),
        pytest.param(str({"password": f"it's \"{SECRET}"}), id="repr-escaped-quote"),
        pytest.param(str({"password": SPACED.encode()}), id="repr-bytes"),
        pytest.param(str(json.dumps({"password": SPACED}).encode()), id="repr-of-json-bytes"),
        pytest.param(f"login(user='ada', password={SPACED!r})", id="call"),
        pytest.param(urlencode({"user": "ada", "password": SECRET, "b": 1}), id="form"),
        pytest.param(f"GET https://host.example/x?limit=1&api_key={SECRET}&b=2", id="query"),
        pytest.param(f"token={SECRET}", id="token"),
        pytest.param(f"tokens = {SECRET}", id="plural"),
        pytest.param(f"password2: {SECRET}", id="numbered"),
        pytest.param(f"clientSecret={SECRET}", id="camel-case"),
        pytest.param(f"ITENTIAL_PLATFORM_PASSWORD={SECRET}", id="environment"),
        pytest.param(f"passphrase => {SECRET}", id="arrow"),
        pytest.param(f'password: "{SPACED}"', id="yaml-quoted"),
        pytest.param(f"X-API-Key: {SECRET}", id="api-key-header"),
        pytest.param(f"X-CSRFToken: {SECRET}", id="csrf-header"),
        pytest.param(f"sessionid={SECRET}", id="session"),
        pytest.param(f"Authorization: Bearer {SECRET}", id="bearer-header"),
        pytest.param(f"authorization: Basic {SECRET}", id="basic-header"),
        pytest.param(f"Proxy-Authorization: Basic {SECRET}", id="proxy-header"),
        pytest.param(
            str({"Authorization": f"Bearer {SECRET}", "Accept": "*/*"}), id="headers-repr"
        ),
        pytest.param(str({b"Cookie": f"a={SECRET}; b=c d".encode()}), id="headers-repr-bytes"),
        pytest.param(json.dumps({"Authorization": SECRET}), id="headers-json"),
        pytest.param(json.dumps({"Cookie": f'a="x"; sid={SECRET}'}), id="cookie-json-quotes"),
        pytest.param(json.dumps(json.dumps({"Authorization": SPACED})), id="headers-json-escaped"),
        pytest.param(f"Set-Cookie: token={SECRET}; Path=/; HttpOnly", id="set-cookie"),
        pytest.param(f"Cookie: a=b; sid={SECRET}", id="cookie"),
        pytest.param(f"sent bearer {SECRET}", id="bearer-alone"),
        pytest.param(f"https://ada:{SECRET.replace('/', '%2F')}@host.example/x", id="userinfo"),
        pytest.param(f"https://:{'p%40ss%20' + 's3cr3t'}@host.example/x", id="userinfo-percent"),
        pytest.param(
            f"-----BEGIN EC PRIVATE KEY-----\n{PEM_BODY}\n-----END EC PRIVATE KEY-----", id="pem-ec"
        ),
        pytest.param(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
            f"{PEM_BODY}\n-----END ENCRYPTED PRIVATE KEY-----",
            id="pem-encrypted",
        ),
        pytest.param(f"-----BEGIN PRIVATE KEY-----\n{PEM_BODY}\n", id="pem-cut-off"),
        pytest.param(
            json.dumps(
                f"-----BEGIN RSA PRIVATE KEY-----\n{PEM_BODY}\n-----END RSA PRIVATE KEY-----"
            ),
            id="pem-json",
        ),
        pytest.param(f"found eyJhbGciOiJIUzI1NiJ9.{PEM_BODY}.{PEM_BODY} there", id="jwt"),
        pytest.param(f"using ghp_{PEM_BODY} here", id="vendor"),
        pytest.param(
            f"Digest realm=a, AWS4-HMAC-SHA256 Credential=AB/1, Signature={PEM_BODY}",
            id="signature-after-digest",
        ),
        pytest.param(f"8Q~{PEM_BODY[:32]}", id="azure-at-the-beginning"),
        pytest.param(f"x=8Q~{PEM_BODY[:32]}", id="azure-near-the-beginning"),
        pytest.param(f'HTTPBasicAuth("ada", "it\'s {SECRET}")', id="call-with-quote-in-value"),
        pytest.param(f'set_password(b"it\'s {SECRET}")', id="setter-with-quote-in-value"),
        pytest.param(f"<password>a]{SECRET}</password>", id="xml-bracket-in-value"),
        pytest.param(f"the password is 'it {SECRET}'", id="prose-quoted"),
        pytest.param(f"the password is it's{SECRET}", id="prose-quote-in-value"),
        pytest.param(f"the token {SECRET * 4} is", id="prose-long"),
        pytest.param(f"ALTER USER a PASSWORD 'it''{SECRET}'", id="sql-doubled-quotes"),
        pytest.param(f"IDENTIFIED BY 'it''{SECRET}'", id="sql-identified-doubled-quotes"),
        pytest.param(json.dumps({"q": f'identified by "{SECRET}"'}), id="sql-in-json"),
        pytest.param(
            f"IDENTIFIED WITH mysql_native_password BY '{SECRET}'", id="sql-with-a-plugin"
        ),
        pytest.param(f"enable secret 0 it's{SECRET}", id="device-quote-in-value"),
        pytest.param(f"enable secret 0 a;{SECRET}", id="device-semicolon-in-value"),
        pytest.param(f"Server=a;Password=it's{SECRET};x=y", id="connection-string-quote"),
        pytest.param(f"Cookie: a=it's{SECRET}; x=y", id="cookie-quote"),
        pytest.param(f"{{ password: it's{SECRET}, x: y }}", id="flow-quote"),
        pytest.param(f"https://ada:it's{PEM_BODY}@host.example/x", id="userinfo-quote"),
        pytest.param(f"https://{PEM_BODY * 10}@host.example/x", id="userinfo-long-user"),
        pytest.param(f"Private-Lines: 1\r\n{PEM_BODY}\r\nPrivate-MAC: a", id="ppk"),
        pytest.param(
            json.dumps(f"Private-Lines: 1\r\n{PEM_BODY}\r\nPrivate-MAC: a"), id="ppk-json"
        ),
        pytest.param(json.dumps(f"Private-Lines: 1\n{PEM_BODY}"), id="ppk-json-cut-off"),
    ],
)
def test_secrets_are_found_in_every_shape(text):
    redacted = heuristics.scan_and_redact(text)

    assert MASK in redacted
    shown = redacted.replace("client_secret", "").replace("clientSecret", "")
    shown = shown.replace("enable secret", "")
    for secret in (SECRET, SPACED, "secret", "s3cr3t", "Value", "signs", PEM_BODY, "c d"):
        assert secret not in shown
    # No part of a token remains either.
    for end in (PEM_BODY[:4], PEM_BODY[-4:]):
        assert end not in shown
    assert heuristics.has_sensitive_data(text)


@pytest.mark.parametrize("value", ["a", "ab", "0", "12"])
@pytest.mark.parametrize(
    "shape", ['{{"password":"{}"}}', "password={}", "{{'password': '{}'}}", 'password: "{}"']
)
def test_short_values_are_masked_if_a_key_names_them(shape, value):
    assert heuristics.scan_and_redact(shape.format(value)) == shape.format(MASK)


@pytest.mark.parametrize("value", ["0", "12", "-1.5e3", "12345678"])
def test_numbers_become_texts_so_that_json_stays_json(value):
    assert json.loads(heuristics.scan_and_redact(f'{{"a": 1, "password": {value}}}')) == {
        "a": 1,
        "password": MASK,
    }
    assert json.loads(heuristics.scan_and_redact(f'{{"passwords": {{"a": [{value}]}}}}')) == {
        "passwords": {"a": [MASK]}
    }


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ('{"password": "a b", "user": "ada"}', f'{{"password": "{MASK}", "user": "ada"}}'),
        ("user=ada&password=x&page=2", f"user=ada&password={MASK}&page=2"),
        ("https://ada:x@host.example/y", f"https://ada:{MASK}@host.example/y"),
        ("Cookie: a=b; c=d\nAccept: */*", f"Cookie: {MASK}\nAccept: */*"),
        ("{'password': b'x', 'a': 1}", f"{{'password': b'{MASK}', 'a': 1}}"),
        (f'{{"x": "Bearer {SECRET}"}}', f'{{"x": "Bearer {MASK}"}}'),
        (f'{{"x": "Basic {PEM_BODY}"}}', f'{{"x": "Basic {MASK}"}}'),
        (f'{{"x": "Negotiate {PEM_BODY}"}}', f'{{"x": "Negotiate {MASK}"}}'),
        (f"x=8Q~{PEM_BODY[:34]}", f"x={MASK}"),
        ('{"session": "c2VjcmV0MTIzNDU="}', f'{{"session": "{MASK}"}}'),
        ("tool --password it\\'s-mine -v", f"tool --password {MASK} -v"),
        (json.dumps('run "tool --password a1b2"'), json.dumps(f'run "tool --password {MASK}"')),
        (json.dumps('"password is a1b2c3"'), json.dumps(f'"password is {MASK}"')),
        ("use `password: a1b2`. Then go on", f"use `password: {MASK}`. Then go on"),
        (
            'user, mask = "username a password 0 a1b2", "x"',
            f'user, mask = "username a password 0 {MASK}", "x"',
        ),
        ("(enable secret 5 a1b2", f"(enable secret 5 {MASK}"),
        ("<out>enable secret 5 a1b2", f"<out>enable secret 5 {MASK}"),
        (
            "<Cookie token=a1b2 for host.example/> and more",
            f"<Cookie token={MASK} for host.example/> and more",
        ),
        ("<Session token='a1b2' id=1> is open", f"<Session token='{MASK}' id=1> is open"),
        (
            f"<Session id=1> opened [pid 7] {'x ' * 200} password=a1b2",
            f"<Session id=1> opened [pid 7] {'x ' * 200} password={MASK}",
        ),
    ],
)
def test_keys_and_surroundings_stay_readable(text, redacted):
    assert heuristics.scan_and_redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GET /health/server 200",
        "token_count=5",
        "the password is wrong",
        "password: null",
        '{"token": null, "secret": false}',
        "compass=north bypass=1 passed: 5",
        "Basic authentication failed",
        "digest mismatch",
        "author: ada",
        "keyboard=us",
        "https://host.example:8443/path",
        "eyJust a word.",
        "-----BEGIN CERTIFICATE-----",
        "send `Authorization: Bearer`. The token comes from the login",
        "give `password: yes`. It is the default",
        "Set available screen options based on builtin or custom key set.",
        "username ada password unset;",
        "ssh -o NumberOfPasswordPrompts=1 host.example",
        "max_password_retries: 3",
        "proxy_auth('ada', 'cut off\nport 22 of r1 isn't open",
        "PublicKeyToken=b77a5c561934e089",
        '{"password_workflow": "Rotate Passwords"}',
    ],
)
def test_a_text_without_a_secret_is_not_changed(text):
    assert heuristics.scan_and_redact(text) == text
    assert not heuristics.has_sensitive_data(text)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        pytest.param("password: |x y", f"password: {MASK}", id="no-block"),
        pytest.param('"X-Api-Key: ab cd', f'"X-Api-Key: {MASK} cd', id="open-quote"),
        pytest.param('"Cookie: a=b; c', f'"Cookie: {MASK}', id="open-quote-header"),
        pytest.param(
            'x \\"X-Api-Key: ab cd\\" y', f'x \\"X-Api-Key: {MASK}\\" y', id="escaped-quote-around"
        ),
        pytest.param("password='it'\\''s one' x", f"password='{MASK}' x", id="shell-quotes"),
        pytest.param("password='it''s one' x", f"password='{MASK}' x", id="doubled-quotes"),
        pytest.param("Cookie: \nx", "Cookie: \nx", id="empty-header"),
        pytest.param("Cookie: \\nx", "Cookie: \\nx", id="empty-header-escaped"),
        pytest.param(
            '{"secret": {"a": "b", "c": "cut o', f'{{"secret": {{{MASK}', id="cut-off-in-a-dict"
        ),
        pytest.param(
            "secret=[a b\nsecret=[c", f"secret={MASK} b\nsecret={MASK}", id="open-brackets"
        ),
        pytest.param(
            "x" * 70 + " tokens:\n  - abc",
            "x" * 70 + " tokens:\n  - abc",
            id="no-list-below-a-sentence",
        ),
        pytest.param(
            "password: |\n\n  one\n\n  two\nx: 1",
            f"password: |\n\n  {MASK}\nx: 1",
            id="block-with-empty-lines",
        ),
        pytest.param(
            "passwords:\n  - 'a b'\n  - name: x\n  - user: y",
            f"passwords:\n  - '{MASK}'\n  - name: x\n  - user: y",
            id="list-of-both",
        ),
        pytest.param(
            "tokens:\n  - a: b c: d\n  - e: f\n",
            f"tokens:\n  - a: {MASK} c: d\n  - e: {MASK}\n",
            id="list-of-dicts",
        ),
        pytest.param(
            "tokens:\n  - see: this\n  - note\tthat: no\n",
            f"tokens:\n  - see: {MASK}\n  - note\tthat: no\n",
            id="list-of-more",
        ),
        pytest.param(
            "- name: host\n  value: x\n- key: token_count\n  value: 5",
            "- name: host\n  value: x\n- key: token_count\n  value: 5",
            id="pairs",
        ),
        pytest.param(
            "signed AWS4-HMAC-SHA256 Credential=AKID, Signature=5d67",
            f"signed AWS4-HMAC-SHA256 {MASK}",
            id="signature-v4",
        ),
        pytest.param(
            'sent digest username="ada", response="66e4" on', f"sent digest {MASK}", id="digest"
        ),
        pytest.param(
            "curl https://a.example\nother -u ada:tiger9",
            "curl https://a.example\nother -u ada:tiger9",
            id="another-command",
        ),
        pytest.param(
            "jdbc:oracle:thin:@//db.example:1521/x",
            "jdbc:oracle:thin:@//db.example:1521/x",
            id="oracle-without-user",
        ),
        pytest.param(
            "jdbc:oracle:thin:scott@db.example",
            "jdbc:oracle:thin:scott@db.example",
            id="oracle-without-password",
        ),
        pytest.param("expired_cookie: hunter2", "expired_cookie: hunter2", id="perhaps"),
        pytest.param("expired_cookie: kD93jfKd93kd", f"expired_cookie: {MASK}", id="perhaps-so"),
        pytest.param("passwordhash=abcd", f"passwordhash={MASK}", id="glued"),
        pytest.param(
            "password=$password token=$t0", f"password=$password token={MASK}", id="variables"
        ),
        pytest.param(f"auth: '{'a ' * 200}'", f"auth: '{'a ' * 200}'", id="long-and-harmless"),
    ],
)
def test_borderline_cases(text, redacted):
    assert heuristics.scan_and_redact(text) == redacted


def test_overlapping_secrets_are_masked_as_one():
    # The argument of the command reaches further than what the URL in it is masked for.
    text = f"curl -u https://ada:{SECRET.replace('/', '')}@host.example/x"

    redacted = heuristics.scan_and_redact(text)

    assert "ada" not in redacted
    assert SECRET.replace("/", "") not in redacted
    assert heuristics.scan_and_redact(redacted) == redacted


@pytest.mark.parametrize(
    "key",
    "password Password dbPassword client_secret X-API-Key tokens token2 pwd Authorization Cookie"
    " private_key DB_PASSWORD_PROD password_confirmation PGPASSWORD ansible_become_pass smtpPass"
    " secretKeyBase JSESSIONID sessionId authorization_code community_string snmp_community"
    " secret_id passwordhash refresh_token DB_PASSWORD_TEST api_key_test STRIPE_SECRET_KEY_TEST"
    " remember_token remember_me_token cached_password cached_token inputPassword passwordInput"
    " input_token output_s3_secret_key non_prod_password no_reply_password noSqlPassword"
    " next_password page_password PAGE_ACCESS_TOKEN page_builder_api_key public_wifi_password"
    " used_token N8N_ENCRYPTION_KEY authkey auth_key ipsec_key wifiKey otp_code"
    " totp_seed token_v2".split(),
)
def test_keys_that_name_a_secret(key):
    assert heuristics.names_secret(key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        *"token_count user compass bypass keyboard passenger password_expires max_tokens".split(),
        *"tokenizer passwordless secret_name public_key primary_key author authentication".split(),
        *"cookie_policy session_timeout api_key_id pass_rate has_password single_pass".split(),
        *"nextPageToken community pin reset_password input_tokens cached_tokens".split(),
        *"max_completion_tokens total_tokens num_tokens max_token nextToken".split(),
        *"page_token continuation_token cancellationToken public_api_key non_secret".split(),
        *"next_sync_token no_password require_admin_password is_secret max_pass".split(),
        *"PublicKeyToken password_workflow".split(),
    ],
)
def test_keys_that_name_none(key):
    assert not heuristics.names_secret(key)


@given(
    secret=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6).map(
        lambda text: f"q0{text}"
    ),
    before=st.text(max_size=20),
    after=st.text(max_size=20),
)
@PROPERTY
def test_a_json_secret_never_survives(secret, before, after):
    text = json.dumps({"before": before, "password": secret, "after": after})

    redacted = json.loads(heuristics.scan_and_redact(text))

    assert redacted["password"] == MASK


# Texts on which patterns with nested or unbounded repetition never end. The tests pass if they end.
HOSTILE = [
    "password=" * 5000,
    "password: '" * 5000,
    'password\\"' * 5000,
    'Cookie: "\\' * 5000,
    "authorization " * 5000,
    "secret" + " " * 50000,
    "://" * 20000,
    "https://u:" * 5000,
    "eyJ-aaaaaaa." * 5000,
    "-----BEGIN PRIVATE KEY-----" * 2000,
    "basic " + "a" * 50000,
    "basic " * 10000,
    "a:" * 30000,
    "\\" * 50000 + "token",
    "token" + "\\" * 50000,
    "gh" * 30000,
    "key" * 20000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_text_is_scanned_to_the_end(text):
    redacted = heuristics.scan_and_redact(f"{text}\n|password=|\npassword={SECRET}|end")

    assert isinstance(redacted, str)
    assert SECRET not in redacted


@pytest.mark.parametrize("key", ["max_password_retries", "numberOfPasswordPrompts", "total_token"])
def test_numbers_that_are_limits_are_not_masked(key):
    assert redact_data({key: 3}) == {key: 3}
    assert redact_data({key: SECRET}) == {key: MASK}


@pytest.mark.parametrize("write", [json.dumps, lambda text: json.dumps(json.dumps(text)), repr])
def test_a_command_far_from_the_beginning_of_an_escaped_configuration_is_masked(write):
    before = "interface Gi0/1\n shutdown\n" * 40
    config = f"{before}enable secret 5 {{0}}\r\nneighbor 192.0.2.1 password 7 {{0}}\nend"

    redacted = heuristics.scan_and_redact(write(config.format("a1b2c3")))

    assert redacted == write(config.format(MASK))


def test_there_is_one_scanner():
    scanner = heuristics.get_scanner()

    assert heuristics.Scanner() is scanner
    # Patterns given to a later construction are ignored, as in the Itential SDK.
    assert heuristics.Scanner({"late": "x"}) is scanner
    assert "late" not in scanner.list_patterns()

    heuristics.Scanner.reset_singleton()
    assert heuristics.Scanner({"early": "x"}).list_patterns()[-1] == "early"


def test_patterns_can_be_added_replaced_and_removed():
    scanner = heuristics.get_scanner()

    # Without a custom pattern this text has no hint of a secret.
    assert scanner.scan_and_redact("badge 4711") == "badge 4711"
    scanner.add_pattern("badge", r"badge \d+")
    assert scanner.scan_and_redact("badge 4711") == "[REDACTED_BADGE]"
    assert scanner.get_sensitive_data_types("badge 4711, password=x") == ["keyed_secret", "badge"]
    assert scanner.has_sensitive_data("badge 4711")

    scanner.add_pattern("badge", r"\d+", lambda found: "#" * len(found))
    assert scanner.scan_and_redact("badge 4711") == "badge ####"

    assert scanner.remove_pattern("badge")
    assert not scanner.remove_pattern("badge")
    assert scanner.scan_and_redact("badge 4711") == "badge 4711"
    assert scanner.remove_pattern("keyed_secret")
    assert scanner.scan_and_redact("password=x") == "password=x"


def test_configuring_starts_over():
    heuristics.get_scanner().add_pattern("first", "one")

    scanner = heuristics.configure_scanner({"second": "two"})

    assert scanner is heuristics.get_scanner()
    assert scanner.scan_and_redact("one two") == "one [REDACTED_SECOND]"
    assert heuristics.configure_scanner().scan_and_redact("one two") == "one two"


def test_the_error_for_an_invalid_pattern_has_its_name():
    with pytest.raises(re.error, match="pattern 'broken'"):
        heuristics.get_scanner().add_pattern("broken", "(")
    with pytest.raises(re.error, match="pattern 'broken'"):
        heuristics.configure_scanner({"broken": "("})

    # A configuration that failed leaves the built-in patterns in force.
    assert heuristics.scan_and_redact("password=x") == f"password={MASK}"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            'Digest username="ada", nonce="x", Digest realm="b", response="6629fae4" end',
            f"Digest {MASK}",
        ),
        ("Digest username=ada, realm=b, Digest qop=auth, nc=1", None),
        ("AWS4-HMAC-SHA256 ", None),
        ('AWS4-HMAC-SHA256 "', None),
        ("AWS4-HMAC-SHA256 Credential=AB/1, Signature=fe5f80", f"AWS4-HMAC-SHA256 {MASK}"),
        (
            "Authorization: Basic YWRhOnBhc3M=, Cookie: sid=8fK3mD9xQ2, X-Own: a",
            f"Authorization: {MASK}, Cookie: {MASK}, X-Own: a",
        ),
        ("password=set(a, password=set(b) end", f"password=set{MASK}, password=set({MASK}) end"),
    ],
)
def test_text_that_was_read_ahead_is_not_read_again(text, masked):
    assert heuristics.scan_and_redact(text) == (text if masked is None else masked)


def test_a_pattern_has_the_methods_of_one():
    pattern = Pattern("a+")
    assert pattern.fullmatch("aa")
    with pytest.raises(AttributeError):
        pattern.groups  # noqa: B018


@pytest.mark.parametrize("nothing", ["", None])
def test_empty_data_has_no_secret(nothing):
    assert heuristics.scan_and_redact(nothing) is nothing
    assert not heuristics.has_sensitive_data(nothing)
    assert heuristics.get_scanner().get_sensitive_data_types(nothing) == []
