# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets among the arguments of well-known commands."""

from __future__ import annotations

import re

from ..lazy import Pattern
from ..names import Sensitivity
from . import shapes
from .search import Search, end_of

COMMAND = Pattern(
    r"(?<![\w.-])(curl|wget|https?|mysql(?:dump|admin|import|sh|check|show)?|mariadb(?:-dump"
    r"|-admin)?|sshpass|mongo(?:sh|dump|restore|export|import|stat)?|redis-cli"
    r"|ldap(?:search|modify|add|passwd|whoami|delete|compare)|ipmitool|zip|unzip|7z|sqlcmd|bcp"
    r"|plink|pscp|psftp|putty|smbclient|rpcclient"
    r"|snmp(?:get|walk|bulkwalk|getnext|set|bulkget|status|table)|useradd|usermod|rdesktop|tsql"
    r"|(?:docker|podman|buildah|skopeo|oc|az|nerdctl|oras|crane|helm registry|cf|nuget|heroku)"
    r"(?=[\"', ]{1,4}login\b))\b"
)
FLAGS = {
    "userinfo": Pattern(r"(?:curl|wget|https?) -(?:-user|-proxy-user|u|U|a)"),
    "cookie": Pattern(r"curl -(?:b|-cookie)"),
    "attached": Pattern(r"(?:mysql\w*|mariadb[\w-]*|7z|zip) -p"),
    "value": Pattern(
        r"(?:sshpass|mongo\w*|useradd|usermod|rdesktop|docker|podman|buildah|skopeo|oc|az|nerdctl"
        r"|oras|crane|helm registry|cf|nuget|heroku) -p"
        r"|redis-cli -a|ldap\w+ -w"
        r"|(?:ipmitool|zip|unzip|sqlcmd|bcp|tsql) -P|(?:plink|pscp|psftp|putty) -pw|snmp\w+ -[cAX]"
    ),
    "percent": Pattern(r"(?:smbclient|rpcclient) -U"),
}


def find_flag(search: Search, anchored: re.Match[str]) -> int:
    """Mask the argument of a flag of a well-known command; return the next position."""
    text, at = search.text, anchored.start()
    begin = max(search.commands_read, at - shapes.LINE_LIMIT)
    between = text[begin:at].replace("\\\n", "  ")
    line = between.rfind("\n") + 1
    if line or begin > search.commands_read:
        search.command = ""
    for command in COMMAND.finditer(between, line):
        search.command = command[1]
    search.commands_read = at
    end = anchored.end()
    if not search.command:
        return end
    use = f"{search.command} {anchored.group()}"
    for kind, flag in FLAGS.items():
        if flag.fullmatch(use):
            return _mask_flag(search, kind, end)
    return end


def _mask_flag(search: Search, kind: str, end: int) -> int:
    text = search.text
    argument = shapes.ARGUMENT.match(text, end)
    start, quote = (argument.end(), argument["quote"]) if argument else (end, None)
    if text.startswith(("[REDACTED", "-"), start) or (
        kind == "attached" and text[end : end + 1].isspace()
    ):
        return end
    stop = (
        search.find_closing_quote(start, quote) if quote else end_of(shapes.WORD_VALUE, text, start)
    )
    stop = stop if stop >= 0 else search.line_end(start)
    given = text[start:stop]
    if kind in {"userinfo", "percent"}:
        head, sign, dummy = given.partition(":" if kind == "userinfo" else "%")
        if not sign:
            return end
        start += len(head) + 1
    elif kind == "cookie" and "=" not in given:
        return end
    return max(search.judge("command_line", start, stop, Sensitivity.SECRET, quoted=True), end)
