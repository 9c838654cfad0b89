# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sensitivity of a key: its name tells whether its value is a secret.

A name is cut into lower-case words first, so that `dbPassword`, `DB-PASSWORD` and `db_password` are
one. The last term of a secret in it decides, together with the words before it (`max_tokens` is a
number) and after it (`password_policy` is a description, `password_prod` is not).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .lazy import Pattern

if TYPE_CHECKING:
    import re


class Sensitivity(enum.IntEnum):
    """The sensitivity of a key: the condition under which its value is a secret."""

    HARMLESS = 0
    PERHAPS = 1
    """A secret if the value looks like one: `session`, `auth`, `reset_password`."""
    CODE = 2
    """A secret if the value is a few digits: `pin`, `otp`."""
    TEXT = 3
    """A secret unless it is a number: `tokens`, `pass`."""
    SECRET = 4


LONGEST_KEY = 64

_WORD = Pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_OWNERS_OF_KEYS = (
    "access account activation admin aes api app application auth authentication client consumer"
    " cookie crypto csrf decryption deploy encrypt encryption fernet function functions hmac"
    " integration ipsec isakmp jwt kms ldap license master pre_?shared priv privacy private"
    " radius recovery registration root rsa sas secret security server service session shared"
    " sign signature signing ssh ssl storage subscription tacacs tls tsig unseal vault webhook"
    " wep wifi wpa wrapping"
).replace(" ", "|")
# These may be the end of a longer word: dbpassword, authtoken.
_STRONG = (
    r"pass_?words?|pass_?wd|pass_?wort|passwrd|pasword|passowrd|pass_?phrase|pass_?code"
    r"|secret_?access_?key|secret|token|credential"
    rf"|(?:{_OWNERS_OF_KEYS})_?key|sess(?:ion)?_?id|recovery_?codes?|backup_?codes?"
    r"|seed_?phrase|recovery_?phrase"
)
# These must be whole words, so that `compass` and `author` do not match.
_WEAK = {
    **dict.fromkeys(
        "pass passw pswd pwd pw cred creds cookie cookies csrf xsrf jwt bearer psk psksecret"
        " authorization requirepass masterauth".split(),
        Sensitivity.SECRET,
    ),
    **dict.fromkeys("auth session sess sid community sig signature".split(), Sensitivity.PERHAPS),
    **dict.fromkeys("pin otp totp".split(), Sensitivity.CODE),
}
_GLUED = Pattern(
    r"(?:admin|app|auth|become|bind|cert|db|deststore|email|enable|ftp|http|imap|jks|keystore|key"
    r"|ldap|login|mail|my|mysql|new|old|pg|proxy|root|sasl|server|smtp|sql|srcstore|srv|ssh|ssl"
    r"|store|sudo|sys|tls|truststore|trust|user|usr|vault|vpn|web|wifi|win|www)(?:pass|pw)\Z"
    r"|[a-z]{1,12}(?:pwd|passw|pswd|sessid)\Z"
)
_SHORT_TERM = Pattern(rf"(?:\A|_)(?:{'|'.join(_WEAK)})(?![a-z])")
_TERM = Pattern(rf"(?:{_STRONG})(?=s?(?:_|\d|\Z))|(?:{_STRONG})")

_DESCRIBING = frozenset(
    "age alg algorithm algorithms allowed at attempt attempts attr attribute attributes audience"
    " authentication backend bits box budget bucket cache cached case change changed changes"
    " charset check checker checks class complexity config configuration configured controller"
    " cost count counts counter created creation date days description details dialog dir"
    " directory disabled domain duration enabled encoding endpoint engine env error errors event"
    " events exists exp expiration expire expired expires expiry exchange failure failures family"
    " feature field fields file filename files flow form format free generator generation grant"
    " handler header headers help hint history id ids index info introspection issued issuer job"
    " kind label last len length less lifetime limit limiter link list location lookup manager"
    " management map mapping max message meta metadata method min minlength mode mount msg name"
    " names num number object option optional options page param parameter parameters params path"
    " paths period permission permissions plugin policies policy port position prefix price"
    " prompt property protected provider purpose question rate ratio realm ref reference"
    " references regex regexp remaining request requests required requirement requirements"
    " response result results rotated rotation rule rules schema schemes scheme scope scopes"
    " score screen selector service setting settings size source spec standard state statistics"
    " stats status step stdin storage store strategy strength suffix supported symbol sync"
    " template timeout timestamp title total ttl type types ui update updated updates uri url"
    " urls usage use used validation validator validity var variable version versions view"
    " workflow workflows samesite httponly secure banner consent notice jar santa sauce garden"
    " agent weak strong meter reuse lock lockout locked visible visibility editable per second"
    " minute hour day week month".split()
)
_QUALIFYING = frozenset(
    "a admin again b b64 backup bak base base64 bcrypt body blob bytes clear cleartext confirm"
    " confirmation confirmed content contents crypt current data db default der dev digest enc"
    " encoded encrypted hash hashed hex json key live local main master md5 new old pem plain"
    " plaintext pre prev previous primary prod production qa raw ro root rw secondary sha1 sha256"
    " sha512 slave stage staging str string temp temporary text tmp txt uat user val value verify"
    " prd dr token secret pass test input v".split()
)
_GLUED_QUALIFYING = frozenset(
    "hash value text string confirm confirmation base new old data".split()
)
_SWITCHES = frozenset(
    "allow ask can disable force has have hide is must need needs prevent prompt require required"
    " requires show should skip supports use uses validate want wants without".split()
)
"""Words that begin the name of a condition: `require_password`, `db_has_token`."""
_AMOUNTS = frozenset(
    "average avg cached completion count estimated input max min n num number output per reasoning"
    " remaining thinking total used".split()
)
"""Words that begin the name of a number: `max_tokens`, but not `cached_token`."""
_LIMITS = frozenset("average avg count estimated max min n num number remaining total".split())
"""Words before terms whose values are not secret if they are numbers: `max_password_retries`."""
_MARKS = frozenset(
    "cancellation continuation max min next num number page pagination public".split()
)
"""Words before tokens and keys that are no credentials: `page_token`, `public_api_key`."""
_ACTIONS = frozenset(
    "bad change changed create expired failed forgot forgotten generate generated incorrect"
    " invalid lost missing refreshed renew reset revoke revoked rotate rotated unknown update"
    " wrong".split()
)
_SECRET_PHRASES = frozenset(
    (
        ("authorization", "code"),
        ("community", "string"),
        ("otp", "code"),
        ("totp", "code"),
        ("totp", "seed"),
    )
)
_COUNTED = frozenset("pass cookie cookies creds".split())
_NEUTRAL = frozenset(
    "user username login email account active algorithms default description enabled aud iss sub"
    " iat nbf exp jti kid alg typ host hostname port region tenant owner role roles group groups"
    " realm client_id app_id key_id nonnull nullable readonly writeonly minlength maxlength no_log"
    " namespace api_version metadata apiversion provider server database db principal first_name"
    " last_name display_name".split()
)


def words_of(key: str) -> str:
    """Return the words of a name in lower case, joined by `_`."""
    return "_".join(match.group() for match in _WORD.finditer(key[-LONGEST_KEY:])).lower()


@lru_cache(maxsize=4096)
def sensitivity_of(key: str) -> Sensitivity:
    """Return the sensitivity of a key.

    Args:
        key: A name in any style: `clientSecret`, `X-API-Key`, `ansible_become_pass`.
    """
    name = words_of(key)
    term = max(_TERM.finditer(name), key=_end, default=None)
    short = max(_SHORT_TERM.finditer(name), key=_end, default=None)
    if short and (not term or short.end() > term.end()):
        return _lower_for_limit(name, short, _sensitivity_of_short(name, short))
    if term:
        return _lower_for_limit(name, term, _sensitivity_of_strong(name, term))
    parts = name.split("_")
    return (
        Sensitivity.SECRET
        if any(map(_GLUED.match, parts[-2:])) and _DESCRIBING.isdisjoint(parts)
        else Sensitivity.HARMLESS
    )


def _lower_for_limit(name: str, match: re.Match[str], found: Sensitivity) -> Sensitivity:
    """Return the sensitivity of a name, which may be that of a limit or of another number."""
    before = name[: match.start()].strip("_").split("_")
    is_limit = before[0] in _LIMITS or before[-1] in _LIMITS
    return min(found, Sensitivity.TEXT) if is_limit else found


def _end(match: re.Match[str]) -> int:
    return match.end()


def _sensitivity_of_short(name: str, match: re.Match[str]) -> Sensitivity:
    word = match.group().strip("_")
    before = name[: match.start()].strip("_").split("_")
    after = [part for part in name[match.end() :].split("_") if part]
    if _is_harmless_after(before, word, plural=word in _COUNTED) or (
        word == "pass" and before[-1] in {"single", "first", "second", "multi"}
    ):
        return Sensitivity.HARMLESS
    if (word, *after) in _SECRET_PHRASES:
        return Sensitivity.SECRET
    if not all(part.isdigit() or part in _QUALIFYING for part in after):
        return Sensitivity.HARMLESS
    if word == "community" and before[-1] in {"snmp", "ro", "rw", "read", "write", "trap"}:
        return Sensitivity.SECRET
    if before[0] in _ACTIONS:
        return Sensitivity.PERHAPS
    return Sensitivity.TEXT if word in _COUNTED and not after and not before[0] else _WEAK[word]


def _sensitivity_of_strong(name: str, match: re.Match[str]) -> Sensitivity:
    term, tail = match.group(), name[match.end() :]
    plural = tail.startswith("s") and not tail[1:2].isalpha()
    tail = tail[plural:]
    if tail and tail[0] != "_" and not tail[0].isdigit():
        glued, dummy, tail = tail.partition("_")
        if glued not in _GLUED_QUALIFYING:
            return Sensitivity.HARMLESS
    before = [part for part in name[: match.start()].split("_") if part] or [""]
    after = [part for part in tail.split("_") if part]
    if term == "secret" and after == ["id"]:
        return Sensitivity.SECRET
    if not _DESCRIBING.isdisjoint(after) or _is_harmless_after(before, term, plural=bool(plural)):
        return Sensitivity.HARMLESS
    if (
        before[0] in _ACTIONS
        and len(before) == 1
        and not after
        and not (before[0] == "reset" and term == "token")
    ):
        return Sensitivity.PERHAPS
    if plural and not term.startswith("pass"):
        return Sensitivity.TEXT
    known = (
        len(after) < 2
        or term.startswith("pass")
        or all(part.isdigit() or part in _QUALIFYING for part in after)
    )
    return Sensitivity.SECRET if known else Sensitivity.PERHAPS


def _is_harmless_after(before: list[str], term: str, *, plural: bool) -> bool:
    """Tell whether the words before a term say that it is a condition, a number or public."""
    first, last = before[0], before[-1]
    return (
        first in _SWITCHES
        or last in _SWITCHES
        or last in {"no", "non"}
        or (plural and (first in _AMOUNTS or last in _AMOUNTS))
        or (term.endswith(("token", "key")) and (first in {"next", "public"} or last in _MARKS))
    )


def names_secret(key: str) -> bool:
    """Tell whether a key names a secret.

    `password` and `X-API-Key` do, `token_count` does not.
    """
    return sensitivity_of(key) >= Sensitivity.TEXT


def names_in_pair(item: Mapping[Any, Any]) -> list[str]:
    """Return the names that a dict such as `{"name": "password", "value": "x"}` gives its value."""
    found = (item.get("name"), item.get("key")) if "value" in item else ()
    return [name for name in found if name and isinstance(name, str)]


@lru_cache(maxsize=1024)
def is_harmless_in_secret(key: str) -> bool:
    """Tell whether a key inside the data of a secret is harmless.

    For example `username` and `expires_in` in `credentials`.
    """
    name = words_of(key)
    return name in _NEUTRAL or (
        sensitivity_of(key) is Sensitivity.HARMLESS and not _DESCRIBING.isdisjoint(name.split("_"))
    )
