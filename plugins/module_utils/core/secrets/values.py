# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deciding whether a value under a sensitive key is a secret.

`null`, `{{ vault_password }}` and `must be changed` are not secrets.
"""

from __future__ import annotations

import base64
import binascii

from .lazy import Pattern
from .names import Sensitivity, names_secret

LONGEST_JUDGED = 256
"""Characters. A longer value is a secret if its key names one."""

_STATUS = frozenset(
    "accepted absent active allowed array blank bool boolean bytes changed completed created"
    " deleted denied disabled done empty enabled error expired failed failure false forbidden"
    " found generated hidden inactive incorrect int integer invalid issued loaded locked mandatory"
    " masked mismatch missing n/a nan nil no none null number off ok okay on object omitted"
    " optional passed pending present prompt provided redacted refreshed rejected removed renewed"
    " required reset revoked rotated set skipped started str string success successful"
    " successfully supported true undefined unchanged unknown unlocked unset unsupported updated"
    " valid validated verified void wrong yes not must cannot secretstr varchar binary type"
    " nonempty has is was will should".split()
)
_PLACEHOLDER = (
    r"[*•●x]{3,}|\*{1,2}|[.…_?-]{2,}|~|…|\[[A-Z_ ]*(?:REDACTED|MASKED|HIDDEN|FILTERED|REMOVED"
    r"|SECRET)[\w: ]*\]|\((?:hidden|redacted|masked|none|not set|unset|empty)\)"
    r"|<(?!<)[\w .:'/\[\]-]{0,60}>|VALUE_SPECIFIED_IN_NO_LOG_PARAMETER|\*+[\w -]+\*+|REDACTED"
    r"|\[object Object\]|your[-_][\w-]{1,40}|same-origin|\.\*.*"
)
_TEMPLATE = (
    r"\{\{[^{}]{0,200}(?:\{[^{}]{0,100}\}[^{}]{0,100})?\}\}|\{%.{0,200}%\}"
    r"|\$\{\{?[^{}]{0,200}\}?\}|\$\([^()]{0,200}\)|\$[A-Z_][A-Z0-9_]*|\$env:\w+"
    r"|%[A-Z_][A-Z0-9_]*%"
    r"|%s|%r|%d|%\(\w+\)s|\{[\w.]{0,60}(?:![rsa])?\}|<%=?.{0,200}%>|[#%]\{[^{}]{0,200}\}"
    r"|@[A-Z_]{3,}@|:\w*(?:password|token|secret|pw|pass)\b"
)
_REFERENCE = (
    r"(?:op|vault|awssm|gcpsm|akv|ssm|keyring|secretref|secret|env|ref\+\w+|keyvault|azurekeyvault"
    r"|sm)://\S*|arn:aws[\w-]*:\S*|ENC\[[^\]]*\]"
    r"|\$ANSIBLE_VAULT\S*|\{\{resolve:.*\}\}"
    r"|!(?:vault|secret|Ref|Sub|ImportValue|GetAtt|env|reference)\b.*|projects/[\w-]+/secrets/\S*"
    r"|ssh-(?:rsa|ed25519|dss) .*|ecdsa-sha2-\S+ .*"
    r"|-----BEGIN (?:CERTIFICATE|[A-Z ]*PUBLIC KEY)[\s\S]*"
    r"|@Microsoft\.KeyVault\(.*"
)
_PATH = (
    r"(?:~|\.{1,2}|[A-Za-z]:|file:/)[/\\][^\s;,]*|/(?:etc|home|var|opt|usr|tmp|run|root|mnt|srv"
    r"|data|secrets?|dev|proc|app|vault|api|users|workspace"
    r"|builds?|config|keys|certs|private|Users)(?:/[^\s;,]*)?"
    r"|(?:[\w.-]+/)*[\w.-]+\.(?:pem|key|crt|cer|txt|ya?ml|json|ini|env|conf|cfg|jks|p12|pfx|ppk"
    r"|pub|py|go|js|ts|tf|rb|log)|\./[\w./-]+"
    r"|/[a-z]+(?:/[a-z{}:_-]+)+/?"
)
# Case matters in variables alone: $PASSWORD refers to one, $ecret is a word.
_HARMLESS = Pattern(rf"(?s)(?:(?i:{_PLACEHOLDER}|{_PATH})|{_TEMPLATE}|{_REFERENCE})?[,;.]?")
# The possible beginnings and ends of a harmless value: a quick check before the whole pattern.
_MARKED = Pattern(
    r"[\[*•●<({$%~/\\.…#@:!xX_?-]|[A-Za-z]:[/\\]|[\w+-]{1,16}://|(?i:your[-_]|same-o|redacted"
    r"|value_spec|file:|arn:|enc\[|projects/|ssh-|ecdsa)"
    r"|\S{1,255}\.[a-z0-9]{2,4}[,;.]?\Z"
)
_SCHEME_NAMES = frozenset(
    "basic bearer digest negotiate ntlm oauth oauth2 kerberos ldap saml jwt".split()
)
_SCHEME = Pattern(r"(?i)(?:bearer|basic|digest|token|negotiate|apikey|splunk|bot)(?:\s+|\Z)")
_CODE = Pattern(
    r"[a-z]+_[a-z_]+(?:\.\w+){2,}|"
    r"(?:self|this|cls|args?|config|cfg|conf|settings|options?|opts|params?|request|req|resp?"
    r"|response|result|user|env|process\.env|os\.environ|os|ctx"
    r"|context|data|event|props|vars?|local"
    r"|module|each|count|random_\w+|environ|secrets|kwargs|client|session|account|auth"
    r"|credentials?|state|item|obj|form|body|row|input|values|Values"
    r"|inputs|steps|github|matrix|needs)"
    r"(?:\.\w+|\[[^\]]{0,60}\]|->\w+)+(?:\([^()]*\))?|(?:await |new "
    r"|str\(|self\.)*[A-Za-z_][\w.]*\([^()]*\)?(?:[.\[].*)?|[A-Za-z_]\w*\[(?:\"[^\"]*\""
    r"|'[^']*'|\w+)\]|len\(.*"
)
_CALLED = Pattern(r"[(\[.]|->")
_VARIABLE = Pattern(r"\$([a-zA-Z_]\w*)(?:->\w+|\[[^\]]*\])?")
_SENTENCE = Pattern(
    r"(?i)\b(?:must|cannot|can't|should|required|invalid|expired|expires|incorrect|missing"
    r"|contains?|at least|characters?|this field|this password|too short|too long|too common"
    r"|too weak|may not|not found|not set|not match|doesn't|does not|do not|did not|is not|isn't"
    r"|was not|has been|have been|has expired|is wrong|was changed|will be|not allowed"
    r"|not configured|successfully|please|failed|was updated|changed by|changed on|updated by"
    r"|updated on|see the|used by|used for|used to|click here|rotated|resolved|mismatch"
    r"|do(?:es)?n.t match)\b"
)
_TELLING = frozenset(
    "must cannot can't should required invalid expired expires incorrect missing contain contains"
    " least character characters field too may not doesn't does do did is isn't was has have been"
    " will allowed configured successfully failed updated changed see used click rotated resolved"
    " mismatch don't required. invalid. characters. blank. expired. failed. successfully. changed."
    " updated.".split()
)
# A sentence begins with these, a passphrase does not.
_BEGINNING = frozenset(
    "must cannot not has is was will should required expired invalid missing incorrect failed"
    " updated rotated refreshed renewed reset revoked completed enabled disabled mandatory"
    " optional the for from by in to and or".split()
)
_MIXED = Pattern(
    r"(?=[^\d]*\d)(?=[^a-zA-Z]*[a-zA-Z])|[^\s]*[!@#$%^&*+~?|<>=][^\s]*|[a-z]+[A-Z]+[a-z]+[A-Z]"
)
_NOT_RANDOM = Pattern(
    r"[a-z]+(?:[-_. ][a-z]+)*[-_.]?\d{0,4}|[a-z]+://\S*|[\d.:/TZ+-]+|[\w-]+(?:\.[\w-]+)*:\d{1,5}"
    r"|[A-Z][a-z]+(?:[A-Z][a-z]+)*\d{0,4}"
    r"|[A-Z]+(?:_[A-Z]+)*[-_]?\d{0,4}|v?\d+(?:\.\d+)+\S*"
    r"|[A-Za-z]+/[\d.]+|\S+@\S+\.\w+|S-1-[\d-]+|\d+(?:\.\d+)?\s?[a-zA-Z]{1,7}|[\w.-]+=[\w.-]+"
    r"|[a-z_]+="
)
_DIGITS = Pattern(r"\s*\d{4,10}\s*")


def looks_random(value: str) -> bool:
    """Tell whether a text looks generated, or chosen as a strong password."""
    return (
        len(value) >= 6
        and len(value.split(None, 1)) == 1
        and _MIXED.match(value) is not None
        and not _NOT_RANDOM.fullmatch(value[:LONGEST_JUDGED])
    )


def is_secret(value: str, sensitivity: Sensitivity, *, quoted: bool) -> bool:
    """Tell whether a value is a secret.

    Args:
        value: The value under the key, without quotes.
        sensitivity: The sensitivity of the key.
        quoted: `True` if it is in quotes; code and sentences are not.
    """
    if sensitivity is Sensitivity.CODE:
        return _DIGITS.fullmatch(value) is not None
    if sensitivity is Sensitivity.TEXT and value.isdigit() and len(value) < 7:
        return False
    if len(value) > LONGEST_JUDGED:
        return sensitivity >= Sensitivity.TEXT or looks_random(value)
    if value.startswith("[REDACTED"):
        return False
    value = value.strip()
    if " " in value:
        value = _SCHEME.sub("", value, count=1)
    word = (value if quoted else value.rstrip(",;.")).lower()
    if (
        word in _STATUS
        or not word.strip("xX*._?-")
        or word in _SCHEME_NAMES
        or (_MARKED.match(value) and _HARMLESS.fullmatch(value))
    ):
        return False if word not in {"x", "X"} else sensitivity >= Sensitivity.TEXT
    if value[0] == "$":
        variable = _VARIABLE.fullmatch(value)
        if variable and names_secret(variable[1]):
            return False
    if not quoted and not value.isalnum():
        first = value.split(None, 1)[0].rstrip(",.;:!").lower()
        if (_CALLED.search(value) and _CODE.fullmatch(value.rstrip(",;"))) or (
            first != value.lower() and first in _BEGINNING
        ):
            return False
    if (
        value.count(" ") > 1
        and not _TELLING.isdisjoint(value.lower().split())
        and _SENTENCE.search(value)
    ):
        return False
    return sensitivity >= Sensitivity.TEXT or looks_random(value) or is_user_and_password(value)


def is_user_and_password(value: str) -> bool:
    """Tell whether a text is `user:password`, and not a URL or a host with a port."""
    user, colon, password = value.partition(":")
    return (
        bool(colon and user and len(password) > 2)
        and len(value.split(None, 1)) == 1
        and not password.isdigit()
        and not password.startswith("//")
    )


def is_basic(value: str) -> bool:
    """Tell whether a text is base64 of `user:password`, as HTTP Basic sends it (RFC 7617)."""
    try:
        return b":" in base64.b64decode(value[: LONGEST_JUDGED * 4] + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return False
