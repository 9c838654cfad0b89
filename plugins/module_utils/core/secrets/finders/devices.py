# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in the configuration of network devices."""

from __future__ import annotations

from collections.abc import Iterator

from ..known import MASK
from ..lazy import Pattern
from ..names import Sensitivity
from ..values import is_secret
from . import shapes
from .search import Search, end_of

_ENDS_TEXT = r"[\"'](?:[,\]})\r\n]|\Z)"
CONFIG_LINE = Pattern(
    r"(?:[^\r\n\\\"']|(?<=[ \t])(?:\\{0,16}\"[^\"\r\n]{1,256}\"|'[^'\r\n]{1,256}')(?![,\]})])"
    rf"|\\(?!\\{{0,16}}(?:(?:r\\{{1,16}})?n|{_ENDS_TEXT}))|(?!{_ENDS_TEXT})[\"']){{0,400}}"
)
"""A line, or a text in quotes that contains a line."""
PROMPT = Pattern(r"[\[({<]?(?:[\w.()-]{1,60}[#>%][ \t]*)?[ \t+>-]*")
"""The text before a command in its line: a bracket, a tag, a prompt, an indentation, or none."""
_CHAR = r"(?:[^\s;\"'\\]|\\(?!\\{0,16}[\"']))"
_VALUE = rf"(\\{{0,16}}\"[^\"]+\"|'[^']+'|{_CHAR}(?:{_CHAR}|;(?=\w)|{shapes.INNER_QUOTE})*)"
_END = r"(?=[ \t]*;?[ \t]*(?:##.*)?\Z)"
_CIPHER = (
    r"(?: (?:\d|ENC|encrypted|plaintext|plain-text|clear-text|cleartext|cipher|simple"
    r"|irreversible-cipher|ascii|ascii-text|hex|hexadecimal|md5|sha\d*"
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
            (
                rf"snmp-server host \S+ (?:(?:traps|informs|version|1|2c|vrf \S+) ){{0,5}}{_VALUE}"
                rf"(?=\Z| )"
            ),
            (
                rf"snmp-server user .{{0,120}}?\bauth (?:md5|sha\S*) {_VALUE}"
                rf"(?: priv (?:aes|des|3des)(?: \d+)? (\S+))?"
            ),
            rf"(?:tacacs|radius)(?:-server)? (?:.{{0,120}} )?key{_CIPHER}? {_VALUE}",
            rf"key \d {_VALUE}{_END}",
            (
                rf"(?:server-private|client) \S+ (?:.{{0,120}} )?(?:server-)?key{_CIPHER}?"
                rf" {_VALUE}{_END}"
            ),
            rf"(?:server-key|key-string){_CIPHER}? {_VALUE}{_END}",
            rf"crypto (?:isakmp|ikev\d) key{_CIPHER}? {_VALUE} (?:address|hostname)\b",
            (
                rf"(?:ip|ipv6|area|ospf|message-digest-key) ?.{{0,80}}?"
                rf"(?:message-digest-key"
                rf"|authentication-key)(?: \d+)?{_CIPHER}{{0,2}} {_VALUE}{_END}"
            ),
            rf"ntp authentication-key \d+{_CIPHER}? {_VALUE}(?= \d\Z|\Z)",
            rf"(?:standby|vrrp|glbp) \d+ authentication (?:md5 key-string (?:\d )?|text )?{_VALUE}",
            (
                rf"(?:wpa-psk|pre-shared-key|psksecret|authentication-key|encrypted-password"
                rf"|simple-password){_CIPHER}{{0,2}} {_VALUE}"
            ),
            (
                rf"set (?:\S+ ){{0,10}}?[\w-]*"
                rf"(?:password|passwd|secret|passphrase|key|pwd|pass)(?:-value|-string)?"
                rf"{_CIPHER}{{0,2}} {_VALUE}{_END}"
            ),
            rf"machine \S+ .{{0,80}}?password {_VALUE}",
            (
                rf"(?:\S+ ){{0,8}}?[\w-]*"
                rf"(?:password|passwd|secret|passphrase|shared-key|authentication-key)"
                rf"{_CIPHER}{{1,2}} {_VALUE}{_END}"
            ),
            (
                rf"(?:neighbor|peer|ppp|isis|user|login|local-user|bgp|vpdn|tunnel"
                rf"|mgmt-user)\b.{{0,120}}? (?:password|passwd){_CIPHER}{{0,2}} {_VALUE}{_END}"
            ),
            rf"(?:requirepass|masterauth|rootpw|bindpw)(?: --\w+)? {_VALUE}{_END}",
        )
    )
)
CONFIG_INDENTED = Pattern(rf"(?:password|passwd) {_VALUE}{_END}")
CONFIG_WORD = Pattern(
    r"(?i)(?:no |- )?(?:enable|username|snmp-(?:server|agent)|set|neighbor|peer|ppp|isis|ip|ipv6"
    r"|crypto|tacacs|radius|aaa|key|standby|vrrp|glbp|wpa-psk|ntp|area|line|user|machine|login"
    r"|requirepass|masterauth|rootpw|bindpw|server-key|server-private|client|pre-shared-key"
    r"|password|passwd|secret|local-user|super|authentication-key|encrypted-password"
    r"|message-digest-key|bgp|tunnel|dot1x|mgmt-user|psksecret|vpdn|simple-password|wpa|wlan"
    r"|security)\b"
)


def _line_starts(text: str, begin: int) -> Iterator[int]:
    """Yield the positions at which the line around a position may begin.

    Commands also occur in lists of texts, and in texts with escaped line ends.
    """
    floor = max(0, begin - shapes.LINE_LIMIT)
    line_end = text.rfind("\n", floor, begin)
    if line_end >= 0 or not floor:
        yield line_end + 1
        floor = line_end + 1
    start = max(floor, text.rfind('"', floor, begin) + 1)
    start = max(start, text.rfind("'", start, begin) + 1)
    escaped = text.rfind("\\n", start, begin)
    if escaped >= 0:
        start = escaped + 2
    if start > floor:
        yield start


def mask_config_line(search: Search, begin: int) -> bool:
    """Read a line as a command of a network device's configuration, once.

    Returns:
        `True` if it has a secret.
    """
    text = search.text
    starts = (end_of(PROMPT, text, start) for start in _line_starts(text, begin))
    read = next((start for start in starts if CONFIG_WORD.match(text, start)), -1)
    if read < search.config_read:
        return False
    search.config_read = end_of(CONFIG_LINE, text, read)
    line, start = text[read : search.config_read], read
    command = CONFIG.match(line) or (
        CONFIG_INDENTED.match(line) if text[start - 1 : start] == " " else None
    )
    if not command:
        return False
    noted = False
    for number, value in [
        (number, value) for number, value in enumerate(command.groups(), 1) if value
    ]:
        inner = value.strip(f"\\{value[-1]}") if value.endswith(('"', "'")) else value
        if MASK not in inner and is_secret(inner.rstrip(",;."), Sensitivity.SECRET, quoted=True):
            at = start + command.start(number) + value.index(inner)
            search.note("network_config", at, at + len(inner))
            noted = True
    return noted
