# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What secrets, and the places where they stand, look like: the tables that `secret_finding` works
with.

Every quantifier is bounded, or what follows it cannot send it back, so that a match takes time
linear in what it reads.
"""

from __future__ import annotations

import re

from .lazy import Pattern
from .names import LONGEST_KEY

_DISCORD = r"[\w-]{22,26}\.[\w-]{6}\.[\w-]{27,}"
# The anchors. Each begins with a plain character, the rarest one in ordinary text, and a second
# that is a character or a class: so the search looks twice at few places. What of a word stands
# before it is looked back at. `key` and `scheme` are meant in capitals too.
ANCHORS: dict[str, tuple[str, ...]] = {
    # Tokens of well-known vendors. They begin where no word is under way.
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
    # What stands before these belongs to the token, but stays to be seen: it tells what kind of
    # token was there.
    "prefixed": (
        (
            r"_[\w+/=](?:(?<=gh[pousr]_.)\w{9,}|(?<=github_pat_.)\w{15,}|(?<=npm_.)[A-Za-z0-9]{19,}|(?<=hf_.)[A-Za-z0-9]{15,}|(?<=do[opr]_v)1_\w{16,}"
            r"|(?<=shp(?:at|ca|pa|ss)_.)\w{15,}"
            r"|(?<=[sr]k_[lt])(?:ive|est)_\w{8,}|(?<=whsec_.)[\w+/=]{15,}|(?<=lin_[ao])(?:pi|auth)_\w{16,}|(?<=dckr_[op]at_.)[\w-]{15,}|(?<=(?:glsa"
            r"|figd)_.)[\w-]{15,}|(?<=r8_.)\w{29,}"
            r"|(?<=(?:sbp|nfp|gsk|ntn|glc)_.)[\w-]{15,}|(?<=sntry[su]_.)[\w=+/-]{15,}|(?<=pscale_[tpo])(?:kn|w|auth)_[\w.-]{16,}|(?<=rubygems_.)\w{15,}"
            r"|(?<=CCIPAT_.)\w{15,}"
            r"|(?<=ops_e)yJ[\w-]{16,}|(?<=secret_.)[A-Za-z0-9]{42}|(?<=tskey_.)\w{15,})"
        ),
        r"v[sbr]\.(?<=\bhv..)[\w-]{16,}",
        r"v1\.(?<=atlasv1\.)[\w-]{30,}",
        r"pi[0-9a-f](?<=\bdapi.)[0-9a-f]{31}(?:-\d)?(?!\w)",
        r"p[.](?:pt|st|ct|sa|scim|audit)\.[\w.-]{16,}",
        r"ke(?<=\btske)y-[\w-]{16,}",
        r"ks(?<=hooks)(?:\.slack\.com/(?:services|workflows|triggers)/[\w/-]{8,}|(?<=webhooks)/\d{8,}/[\w-]{20,})",
        r"k[.](?<=webhook\.)office\.com/[\w@/-]{20,}",
        r"\$[1256789yas](?:[abxy]|pr1|ha1|rgon2(?:id|i|d))?\$[^\s\"'<>&:]{12,}",
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
    "sql": (r"b[y](?<=identified by) ['\"]", r"B[Y](?<=IDENTIFIED BY) (?:VALUES )?['\"]"),
    "flag": (
        r"-[uUpawPbcAX-](?<=[\s\"']-.)(?:(?<=-)(?:user|proxy-user|cookie)\b|(?<=-p)(?=['\"\w])(?!(?i:ass|w ))|(?<=-u)(?=[\w.@-]{1,40}:)|(?<=[^-])(?![a-z]))",
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

# Names

WORD_BACKWARDS = Pattern(rf"[\w-]{{1,{LONGEST_KEY}}}")
NAME = Pattern(
    rf"""(?x)
    (?P<name>[\w-]{{0,{LONGEST_KEY}}})
    (?:
        (?P<close>\\{{0,64}}["'`]\]?|\\?\]|&(?:quot|\#3[49]|apos);|%(?:22|27|5[dD]))?
        (?:[ ]\d{{1,2}}(?=[ ]?:)|[ ](?:for|of)[ ](?:user[ ]|the[ ]user[ ])?[^\s:=]{{1,60}}(?=[ ]?:[ ])|[ ]\([^()\n]{{1,30}}\)(?=[ ]?:))?
        [ \t]{{0,32}}
        (?P<separator>:=|=>|->|={{1,3}}|:[ ]?(?:str|string|bytes|Optional\[str\]|str[ ]\|[ ]None)[ ]?=(?!=)|:(?!:)|%3[dD]|%3[aA]|\uff1a|\uff1d)
    )?
    """
)
SPACE = Pattern(r"[ \t]{0,64}(?:(?:!!(?:str|binary)|&\w{1,20})[ \t]{1,8})?")
SPACE_AND_LINES = Pattern(r"\s{0,64}")
NAMED_BY = Pattern(
    r"(?i)(?:name|key|var|variable|field|header|env)\\{0,64}[\"']?\s{0,8}[:=]\s{0,8}\\{0,64}[\"']?-{0,2}\Z"
)
XML_BEFORE = Pattern(r"<(?:[\w.-]{1,20}:)?\Z")
LINE_START = Pattern(r"(?:\A|[\r\n])[ \t>+*?!#;-]*(?:(?:export|set|SET)[ \t]+)?\Z")

# Values

QUOTE = Pattern(
    r"(?:[bBuUrRfF]{1,2}(?=\\*[\"'])|\$(?=['\"]))?(?P<quote>(?:\"\"\"(?!\")|'''(?!'))|(?P<slashes>\\{0,64})[\"'`]|&(?:quot|#3[49]|apos);)"
)
TEMPLATE = Pattern(
    r"\[REDACTED|\[(?:[A-Z_*• ]+|redacted|masked|hidden|filtered)\]|\{\{|\{%|\{[\w.]{0,60}(?:![rsa])?\}|\$\(|<%|[#%]\{|ENC\[|\.\*|\$\{\{? ?[\w.:-]{1,80} ?\}?\}"
)
OPENS_SPACE, OPENS_TEMPLATE, OPENS_QUOTE = (
    frozenset(" \t\r\n!&"),
    frozenset("[{$<#%E."),
    frozenset("\"'`\\&bBuUrRfF$"),
)
CALL = Pattern(
    r"(?:[\w.]{0,40}(?:Auth|Credentials?|Secret|SecretStr|SecretBytes|Token|Password)|bytes|bytearray|Some|Just|Ok|frozenset|set|tuple|list)(?=\()"
)
TOKEN = Pattern(
    r"""(?x)(?:
      [^\s,;&"'`<>()\[\]{}\\|]
    | [,;](?![\s"'\\]|\Z|[\w.-]{1,40}[=:])
    | &(?!amp;|quot;|\#\d|[\w.%\[\]-]{1,64}=|[\s"'\\]|\Z)
    | ["'`](?=\w)
    | \\(?![nr]|u0026|\\{0,8}["'])
    | <(?![/\s]|\Z)
    | [>()\[\]{}|](?![\s,;"'\\&)\]}<>]|\Z)
    )+"""
)
LINE = Pattern(
    r"(?:(?![,;|&][ \t]{0,4}[\w.-]{1,40}[ \t]?[:=]|[ \t]{1,8}(?:#|//|[\w.-]{1,40}(?:=|:[ \t])|[|][ \t])|\\{1,16}[rn\"'])[^\r\n])+"
)
FLOW = Pattern(
    r"(?:(?![,;|)}\]](?:[\s\"'\\,;)}\]]|\Z)|[ \t]{1,8}[\w.-]{1,40}(?:=|:[ \t])|\\{1,16}[rn\"'])[^\r\n\"'`])+"
)
PART = Pattern(r"[^;\r\n\"']+")
ENCODED_QUOTE = Pattern(r"(?:%2[027]){0,3}")
ENCODED = Pattern(r"(?:(?!%(?:26|22|27|2[cC]|7[dD]|0[aAdD]))[^\s&\"'<>\\])+")
BARE = Pattern(r"[^\s,\"'\\}\])]{1,4096}")
BLOCK = Pattern(r"[|>][+-]?\d?[+-]?[ \t]{0,64}(?:#[^\r\n]*)?\r?\n")
BLOCK_LINE = Pattern(r"([ \t]*)([^\r\n]*)\r?(?:\n|\Z)")
CHILD = Pattern(
    r"\r?\n(?P<indent>[ \t]*)(?:-[ \t]+(?:(?P<name>[\w.-]{1,64}):[ \t]+)?|(?P<key>[\w.-]{1,64}):[ \t]+)(?P<value>[^\r\n]+)"
)
HEADER_LINE = Pattern(
    r"(?:[^\r\n\"'`\\]|(?<=[=,])\"[^\"\r\n]*\"|\\(?![rn\"'])|(?<==)\\{1,16}\"[^\"\r\n]*\")+"
)
NEXT_FIELD = Pattern(r",[ \t]{1,8}[\w-]{1,40}['\"]?: ")
ITEM = Pattern(
    r"(?P<quote>\\{0,64}[\"'])|(?P<open>[\[{(])|(?P<close>[\]})])|(?P<bare>[^\s\"'\\\[\]{}(),;:=]+)"
)
CLOSED_IN_LINE = Pattern(r"[^\r\n\])}]{0,4096}[\])}]")
AFTER_NAME = Pattern(r"\s{0,64}(?::(?!:)|=>?)")

# Names and values in other places

XML = Pattern(
    r"(?:\s[^<>]{0,200})?>(?:<!\[CDATA\[)?|</\w{1,20}>\s{0,32}<(?:\w{1,20}:)?(?:string|value|Value)>"
)
XML_VALUE = Pattern(r"[^<\]]+")
PAIR = Pattern(
    r"""(?xi)\\{0,64}["'](?:
      (?:\s{0,16},\s{0,32}|\s{1,32})
      (?:\\{0,64}["']?(?!value)[a-z]\w{0,20}\\{0,64}["']?\s{0,8}[:=]\s{0,8}\\{0,64}["']?[\w./-]{0,40}\\{0,64}["']?(?:,\s{0,32}|\s{1,32})){0,2}
      \\{0,64}["']?(?P<named>value|content|val)\\{0,64}["']?\s{0,8}(?:[:=]|=>)\s{0,32}
    | \s{0,8},\s{0,32})"""
)
YAML_PAIR = Pattern(r"(?i)[ \t]{0,8}\r?\n[ \t]{0,64}(?:value|val):[ \t]{1,8}")
CREDENTIALS = Pattern(
    r"\(\s{0,8}(?:[\w.]{1,40}\s{0,4}=\s{0,4})?['\"][^'\"\n]{0,128}['\"],\s{0,8}(?P<quote>['\"])(?P<v>[^'\"\n]{1,256})(?P=quote)"
)
FIELD = Pattern(r"[A-Za-z]{2,20}(?:_[A-Za-z]{2,20}){0,3}")
LITERAL = Pattern(r"\(\s{0,8}(?P<quote>['\"])(?P<v>[^'\"\n]{1,256})(?P=quote)\s{0,8}\)")
FORM_PART = Pattern(
    r"\\?[\"'](?:\r?\n|\\r\\n|\\n)(?:Content-Type:[^\r\n\\]{0,80}(?:\r?\n|\\r\\n|\\n))?(?:\r?\n|\\r\\n|\\n)"
)
FORM_VALUE = Pattern(r"(?:(?!\\r|\\n)[^\r\n])+")
ARGUMENT = Pattern(r"(?:\\{0,8}[\"'],\s{0,8})?[ \t=]{0,8}(?:\$?(?P<quote>\\{0,8}[\"']))?")
WORD_VALUE = Pattern(
    r"(?:[^\s\"'`;|&<>]|(?<=[^\s\"'])'[^'\n]{0,256}'|(?<=[^\s\"'])\"[^\"\n]{0,256}\")+"
)
PROSE = Pattern(
    r"[ ]{1,4}(?:(?:is|was|set to|changed to|reset to|equals)(?: now)?:?|→)[ ]{1,4}(?=[^\s])|[ ]{1,4}(?=\S{0,63}\d)(?=['\"]?[^\s'\"]{6,64}(?:['\"\s.,;]|\Z))"
)
PROSE_VALUE = Pattern(r"[^\s\"'`,;]+")
IDENTIFIER = Pattern(r"[0-9a-fA-F-]+|[\w-]+=.*|[a-z]+(?:[-_]\w+)*[-_]\d+|[a-z]+(?:[-_][a-z]+)+")
FIXED_WORD = Pattern(
    r"(?i)(?:base|sha|md|utf|pbkdf|oauth|v|x|rfc|http|aes|rsa|ipv|tls|ssl|level|type|step)-?\d+.*|[\d.]+[a-z]*"
)
SET = Pattern(r"\b(?:set (?:[^\s:]{1,60}:)?|ENV |setenv |setx )\Z")
SQL = Pattern(r"[ \t]{1,8}(?P<quote>['\"])(?=[^\s'\"]{1,128}['\"])")

# Devices

LINE_LIMIT = 400
CONFIG_LINE = Pattern(r"(?:[^\r\n\\\"']|\\(?!n)|[\"'](?![,\]\r\n]|\Z)){0,400}")
PROMPT = Pattern(r"(?:[\w.()-]{1,60}[#>%][ \t]*)?[ \t+>-]*")
_VALUE = r"(\"[^\"]+\"|[^\s;\"']+)"
_END = r"(?=[ \t]*;?[ \t]*(?:##.*)?\Z)"
_CIPHER = (
    r"(?: (?:\d|ENC|encrypted|plaintext|plain-text|clear-text|cleartext|cipher|simple|irreversible-cipher|ascii|ascii-text|hex|hexadecimal|md5|sha\d*"
    r"|sha-\d+|hmac-\S+|local|remote))"
)
CONFIG = Pattern(
    "|".join(
        f"(?i:{row})"
        for row in (
            rf"(?:no )?enable (?:secret|password)(?: level \d+)?{_CIPHER}? {_VALUE}",
            rf"(?:no )?username \S+ .{{0,120}}?\b(?:password|secret){_CIPHER}{{0,2}} {_VALUE}",
            rf"(?:no )?snmp-(?:server|agent) community(?: read| write)?{_CIPHER}? {_VALUE}",
            rf"set (?:[\w.-]+ ){{0,8}}?[\w-]*community(?:-string)? {_VALUE}",
            rf"snmp-server host \S+ (?:(?:traps|informs|version|1|2c|vrf \S+) ){{0,5}}{_VALUE}(?=\Z| )",
            rf"snmp-server user .{{0,120}}?\bauth (?:md5|sha\S*) {_VALUE}(?: priv (?:aes|des|3des)(?: \d+)? (\S+))?",
            rf"(?:tacacs|radius)(?:-server)? (?:.{{0,120}} )?key{_CIPHER}? {_VALUE}",
            rf"key \d {_VALUE}{_END}",
            rf"(?:server-key|key-string){_CIPHER}? {_VALUE}{_END}",
            rf"crypto (?:isakmp|ikev\d) key{_CIPHER}? {_VALUE} (?:address|hostname)\b",
            rf"(?:ip|ipv6|area|ospf|message-digest-key) ?.{{0,80}}?(?:message-digest-key|authentication-key)(?: \d+)?{_CIPHER}{{0,2}} {_VALUE}{_END}",
            rf"ntp authentication-key \d+{_CIPHER}? {_VALUE}(?= \d\Z|\Z)",
            rf"(?:standby|vrrp|glbp) \d+ authentication (?:md5 key-string (?:\d )?|text )?{_VALUE}",
            rf"(?:wpa-psk|pre-shared-key|psksecret|authentication-key|encrypted-password|simple-password){_CIPHER}{{0,2}} {_VALUE}",
            rf"set (?:\S+ ){{0,10}}?[\w-]*(?:password|passwd|secret|passphrase|key|pwd|pass)(?:-value|-string)?{_CIPHER}{{0,2}} {_VALUE}{_END}",
            rf"machine \S+ .{{0,80}}?password {_VALUE}",
            rf"(?:\S+ ){{0,8}}?[\w-]*(?:password|passwd|secret|passphrase|shared-key|authentication-key){_CIPHER}{{1,2}} {_VALUE}{_END}",
            rf"(?:neighbor|peer|ppp|isis|user|login|local-user|bgp|vpdn|tunnel|mgmt-user)\b.{{0,120}}? (?:password|passwd){_CIPHER}{{0,2}} {_VALUE}{_END}",
            rf"(?:requirepass|masterauth|rootpw|bindpw)(?: --\w+)? {_VALUE}{_END}",
        )
    )
)
CONFIG_INDENTED = Pattern(rf"(?:password|passwd) {_VALUE}{_END}")
CONFIG_WORD = Pattern(
    r"(?i)(?:no |- )?(?:enable|username|snmp-(?:server|agent)|set|neighbor|peer|ppp|isis|ip|ipv6|crypto|tacacs|radius|aaa|key|standby|vrrp|glbp|wpa-psk"
    r"|ntp|area|line|user|machine|login|requirepass"
    r"|masterauth|rootpw|bindpw|server-key|pre-shared-key|password|passwd|secret|local-user|super|authentication-key|encrypted-password"
    r"|message-digest-key|bgp|tunnel|dot1x|mgmt-user|psksecret|vpdn|simple-password|wpa|wlan|security)\b"
)

# Command lines

COMMAND = Pattern(
    r"(?<![\w.-])(curl|wget|https?|mysql(?:dump|admin|import|sh|check|show)?|mariadb(?:-dump|-admin)?|sshpass|mongo(?:sh|dump|restore|export|import"
    r"|stat)?|redis-cli"
    r"|ldap(?:search|modify|add|passwd|whoami|delete|compare)|ipmitool|zip|unzip|7z|sqlcmd|bcp|plink|pscp|psftp|putty|smbclient|rpcclient"
    r"|snmp(?:get|walk|bulkwalk|getnext|set|bulkget|status|table)|useradd|usermod|rdesktop|tsql"
    r"|(?:docker|podman|buildah|skopeo|oc|az|nerdctl|oras|crane|helm registry|cf|nuget|heroku)(?=[\"', ]{1,4}login\b))\b"
)
FLAGS = {
    "userinfo": Pattern(r"(?:curl|wget|https?) -(?:-user|-proxy-user|u|U|a)"),
    "cookie": Pattern(r"curl -(?:b|-cookie)"),
    "attached": Pattern(r"(?:mysql\w*|mariadb[\w-]*|7z|zip) -p"),
    "value": Pattern(
        r"(?:sshpass|mongo\w*|useradd|usermod|rdesktop|docker|podman|buildah|skopeo|oc|az|nerdctl|oras|crane|helm registry|cf|nuget|heroku) -p"
        r"|redis-cli -a|ldap\w+ -w"
        r"|(?:ipmitool|zip|unzip|sqlcmd|bcp|tsql) -P|(?:plink|pscp|psftp|putty) -pw|snmp\w+ -[cAX]"
    ),
    "percent": Pattern(r"(?:smbclient|rpcclient) -U"),
}

# URLs, keys and tokens

USER = Pattern(r"[^\s/?#@:\"'<>\\,{}()\[\]|`]{0,256}")
COLON = Pattern(r":(?!\d{1,5}(?:[/?#,\s\"']|\Z))")
PASSWORD = Pattern(r"(?:[^\s/?#\"'<>`\\]|\\(?![nrt\"'\\]))*@")
SLASHED_PASSWORD = Pattern(r"[^\s@\"'<>`\\]{1,128}@(?=[\w.-]+)")
ORACLE = Pattern(r"[\w$#]{1,64}/([^\s@\"']{1,128})@")
RUN = Pattern(r"[\w-]*")
JWT_REST = Pattern(r"\.[\w-]+(?:\.[\w-]*){0,3}")
PEM_END = Pattern(r"---(?:-| )END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)? ?----?-?")
PEM_BODY = Pattern(r"(?:[\w+/=:,\-]|\\{1,16}[rntu]?|[ \t\r\n]|\.\.\.)*")
PPK_BODY = Pattern(r" ?\d+(?:\r?\n|\\n)((?:[\w+/=]+(?:\r?\n|\\n|\Z))+)")
PARAMETERS = Pattern(r"(?:\\{0,64}\"[^\"\r\n]*\"|[^\r\n\"'])+")
SCHEME_VALUE = Pattern(r"[ \t]{1,4}([\w+/.~=:-]{4,})(?!\")")
