# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The positions in a text at which a secret may begin or be named."""

from __future__ import annotations

import re

from ..lazy import Pattern

_DISCORD = r"[\w-]{22,26}\.[\w-]{6}\.[\w-]{27,}"
# Each begins with a plain character, the rarest in ordinary text, and a second that is a character
# or a class, so that the search stops rarely. Characters before it are checked by looking back.
# `key` and `scheme` match in capitals too.
ANCHORS: dict[str, tuple[str, ...]] = {
    # Tokens of well-known vendors. They do not begin within a word.
    "token": (
        r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas|ffct)-[\w.-]{12,}",
        r"xox[abeoprs]-[\w-]{10,}",
        r"xa(?:pp|i)-[\w-]{10,}",
        r"ya29\.[\w-]{16,}",
        r"sk-(?=[\w-]{0,80}\d)[\w-]{20,}",
        r"sq0[a-z]{3}-[\w-]{16,}",
        r"sl\.[\w-]{80,}",
        r"s[.](?=[a-z]{0,24}[A-Z0-9])[A-Za-z0-9]{24}(?!\w)",
        r"pypi-[\w-]{16,}",
        r"pul-[0-9a-f]{40}",
        r"plx-\w{20,}",
        r"pat[A-Za-z0-9]{14}\.[0-9a-f]{40,}",
        r"key-[0-9a-f]{32}(?!\w)",
        r"A[KSB]IA[0-9A-Z]{16}(?!\w)",
        r"AIza[\w-]{30,}",
        r"AT(?:ATT3|CTT3|BB)[\w=-]{16,}",
        r"AGE-SECRET-KEY-1[0-9A-Z]{20,}",
        r"AKCp\w{40,}",
        r"GOCSPX-[\w-]{16,}",
        r"SG\.[\w-]{12,80}\.[\w-]{12,}",
        r"SK[0-9a-f]{32}(?!\w)",
        r"NRAK-\w{16,}",
        r"NTLM [\w+/=]{16,}",
        rf"M[\w-]{_DISCORD}",
        rf"N[\w-]{_DISCORD}",
        rf"O[\w-]{_DISCORD}",
        r"PMAK-[\w-]{24,}",
        r"HRKU-[\w-]{16,}",
        r"FwoGZXIvYXdzE[\w+/=%]{20,}",
        r"IQoJb3JpZ2luX2[\w+/=%]{20,}",
    ),
    # The text before these is part of the token, but is not masked: it tells the kind of the
    # token.
    "prefixed": (
        (
            r"_[\w+/=](?:(?<=gh[pousr]_.)\w{9,}|(?<=github_pat_.)\w{15,}"
            r"|(?<=npm_.)[A-Za-z0-9]{19,}|(?<=hf_.)[A-Za-z0-9]{15,}|(?<=do[opr]_v)1_\w{16,}"
            r"|(?<=shp(?:at|ca|pa|ss)_.)\w{15,}"
            r"|(?<=[sr]k_[lt])(?:ive|est)_\w{8,}|(?<=whsec_.)[\w+/=]{15,}|(?<=lin_[ao])(?:pi"
            r"|auth)_\w{16,}|(?<=dckr_[op]at_.)[\w-]{15,}|(?<=(?:glsa"
            r"|figd)_.)[\w-]{15,}|(?<=r8_.)\w{29,}"
            r"|(?<=(?:sbp|nfp|gsk|ntn|glc)_.)[\w-]{15,}|(?<=sntry[su]_.)[\w=+/-]{15,}"
            r"|(?<=pscale_[tpo])(?:kn|w|auth)_[\w.-]{16,}|(?<=rubygems_.)\w{15,}"
            r"|(?<=CCIPAT_.)\w{15,}"
            r"|(?<=ops_e)yJ[\w-]{16,}|(?<=secret_.)[A-Za-z0-9]{42}|(?<=tskey_.)\w{15,})"
        ),
        r"v[sbr]\.(?<=\bhv..)[\w-]{16,}",
        r"v1\.(?<=atlasv1\.)[\w-]{30,}",
        r"pi[0-9a-f](?<=\bdapi.)[0-9a-f]{31}(?:-\d)?(?!\w)",
        r"p[.](?:pt|st|ct|sa|scim|audit)\.[\w.-]{16,}",
        r"ke(?<=\btske)y-[\w-]{16,}",
        (
            r"ks(?<=hooks)(?:\.slack\.com/(?:services|workflows|triggers)/[\w/-]{8,}"
            r"|(?<=webhooks)/\d{8,}/[\w-]{20,})"
        ),
        r"k[.](?<=webhook\.)office\.com/[\w@/-]{20,}",
        r"\$[1256789yas](?:[abxy]|pr1|ha1|rgon2(?:id|i|d))?\$(?:[^\s\"'<>&:\\]|\\/){12,}",
        r"Q~(?<=\dQ~)[\w~.-]{31,34}",
        r":A(?<=\d{8}:A)A[\w-]{33}",
    ),
    "key": (
        r"p[aA]ss",
        r"p[wW](?:d|(?![a-z]))",
        r"p[sS]k(?![a-z])",
        r"p[iI]n(?<![a-z]pin)(?![a-z])",
        r"p[hH]rase",
        r"p[-](?<=snmp-)server host",
        r"p[^a-zA-Z](?<=otp.)",
        r"c[rR](?:ed|e(?<=secre)t)",
        r"c[oO](?:okie|mmunity)",
        r"c[sS]rf",
        r"s[eE]ss",
        r"s[iI](?:d|g(?:nature)?)(?![a-z])",
        r"k[eE](?:n(?<=token)|y(?-i:(?![a-rt-z])))",
        r"u[tT]h(?<=auth)(?:oriz|entication (?:text|md5)|(?![a-z]))",
        r"b[eE]arer",
        r"x[sS]rf",
        r"j[wW]t(?![a-z])",
    ),
    "scheme": (
        r"b[aA]sic[ \t]",
        r"g[oO]tiate[ \t](?<=negotiate[ \t])",
        r"g[eE]st[ \t](?<=digest[ \t])(?=\w{2,20}=)",
        r"4[-]hmac-sha256[ \t](?<=aws4-hmac-sha256[ \t])",
    ),
    "template": (r"\{[{][^{}\n]{0,300}\}\}",),
    "url": (r":/(?=/)",),
    "oracle": (r":\w(?<=thin:.)",),
    "jwt": (r"J[\w-](?<=eyJ.)",),
    "pem": (r"--(?=-(?:-| )BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY)",),
    "ppk": (r"Li(?<=Private-Li)nes: ?\d",),
    "sql": (
        r"b[y](?:(?<=identified by)|(?<=_password by)|(?<=_password. by)) \\{0,8}['\"]",
        (
            r"B[Y](?:(?<=IDENTIFIED BY)|(?<=_password BY)|(?<=_password. BY))"
            r" (?:VALUES )?\\{0,8}['\"]"
        ),
    ),
    "flag": (
        (
            r"-[uUpawPbcAX-](?<=[\s\"']-.)(?:(?<=-)(?:user|proxy-user|cookie)\b"
            r"|(?<=-p)(?=['\"\w])(?!(?i:ass|w ))|(?<=-u)(?=[\w.@-]{1,40}:)|(?<=[^-])(?![a-z]))"
        ),
    ),
}


def _anchors() -> str:
    by_letter: dict[str, list[str]] = {}
    for finder, patterns in ANCHORS.items():
        for number, pattern in enumerate(patterns):
            # The group comes after the second character, so that a branch is left before it is
            # entered.
            for letter, second, rest in re.findall(r"\A(\\?.)(\[.*?\]|\\?.)(.*)\Z", pattern):
                either = finder in {"key", "scheme"}
                fold, bound = (
                    ("(?i:", "")
                    if either
                    else ("(?:", "(?<![A-Za-z0-9_]..)" if finder == "token" else "")
                )
                for first in sorted(
                    {letter, letter.upper()} if either and letter.isalpha() else {letter}
                ):
                    by_letter.setdefault(first, []).append(
                        f"{second}(?P<{finder}_{ord(first[-1])}_{number}>{bound}{fold}{rest}))"
                    )
    # Branches that begin with a plain character let the search skip all others at once.
    return "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in by_letter.items())


ANCHOR = Pattern(_anchors)
