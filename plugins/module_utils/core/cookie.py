# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One cookie, and the difference between a cookie of a session and one of a load balancer."""

from __future__ import annotations

import re
from typing import NamedTuple

from .secrets.names import Sensitivity, sensitivity_of
from .secrets.values import looks_random

_BALANCER = re.compile(
    r"(?i)aws(?:alb|elb)(?:tg|app-\d+)?(?:cors)?|gclb|gaesa|server_?id|srv(?:_?id)?|server|node"
    r"|route(?:id)?|backend(?:id)?"
    r"|bigipserver.*|ts[0-9a-f]{6,}|arraffinity\w*|applicationgatewayaffinity\w*|ingresscookie"
    r"|x-oracle-bmc-lbs-route|nsc_.*|citrix_ns_id.*|incap_ses_.*|visid_incap_.*|nlbi_.*|__cf\w*"
    r"|_cfuvid|.*(?:sticky|affinity|balance|haproxy|lb_?node).*|lb"
)
"""Names of cookies by which load balancers recognise a client. They are not secrets."""
_LONG = 16
"""Length in characters from which a value that looks random is a secret, whatever its name."""


class Cookie(NamedTuple):
    """One cookie.

    Attributes:
        name: Its name, as it was set.
        value: Its value, as it was set, with quotes.
        domain: The host or domain it was set for.
        path: It is sent to this path and paths below it.
        expires_at: Clock reading in seconds from which it is not sent; infinity for never.
        is_secret: `True` if it may identify the session.
    """

    name: str
    value: str
    domain: str
    path: str
    expires_at: float
    is_secret: bool


def is_balancer(name: str) -> bool:
    """Tell whether a cookie of this name belongs to a load balancer."""
    return _BALANCER.fullmatch(name) is not None


def is_secret(name: str, value: str) -> bool:
    """Tell whether a cookie may identify a session, by its name or value."""
    if is_balancer(name):
        return False
    return sensitivity_of(name) > Sensitivity.HARMLESS or (
        len(value) >= _LONG and looks_random(value)
    )


def path_of(url: str) -> str:
    """Return the path of a URL, `/` if it has none."""
    return f"/{url.partition('://')[2].partition('/')[2]}".partition("?")[0]
