# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults to draw at random: steps of a server, and if its response refuses the request."""

from __future__ import annotations

import json
import random
from typing import NamedTuple

from .server import ACCEPT, CLOSE, HEAD, HOLD, KEEP, RESET, Say, Step, answer, message

HALF = message(
    200, json.dumps({"ok": True, "text": "half of this"}).encode(), "Content-Type: application/json"
)[:-9]
FAKE = message(200, b'{"fake": true}', "Content-Type: application/json", "X-Soak-Id: nobody")


class Chance(NamedTuple):
    """Something that may happen.

    Attributes:
        name: What it is called in counters.
        step: What the server does.
        refuses: `True` if the response tells that the request was not carried out.
        weight: How often it happens beside the others.
    """

    name: str
    step: Step
    refuses: bool = False
    weight: float = 1.0


def _whole(data: bytes, then: str) -> Step:
    return Step(Say(data, then))


CHANCES = (
    Chance("closed on connect", Step(Say(b"", CLOSE), ACCEPT)),
    Chance("reset on connect", Step(Say(b"", RESET), ACCEPT)),
    Chance("closed after the head", Step(Say(b"", CLOSE), HEAD)),
    Chance("reset after the head", Step(Say(b"", RESET), HEAD)),
    Chance("closed before the response", _whole(b"", CLOSE), weight=2),
    Chance("reset before the response", _whole(b"", RESET), weight=2),
    Chance("half a response", _whole(HALF, CLOSE), weight=2),
    Chance("half a response, reset", _whole(HALF, RESET)),
    Chance("garbage", _whole(bytes(range(128, 256)), CLOSE)),
    Chance("silence", _whole(b"", HOLD), weight=0.1),
    Chance("429", answer(429)),
    Chance("500", answer(500)),
    Chance("502", answer(502), weight=2),
    Chance("502 with Retry-After", answer(502, b"", "Retry-After: 0")),
    Chance("503", answer(503), weight=2),
    Chance("504", answer(504)),
    Chance("401", answer(401), refuses=True),
    Chance("403", answer(403), refuses=True, weight=0.5),
    Chance("307", answer(307, b"", "Location: https://other.invalid/"), refuses=True, weight=0.5),
    Chance("429 with Retry-After", answer(429, b"", "Retry-After: 0"), refuses=True, weight=2),
    Chance("503 with Retry-After", answer(503, b"", "Retry-After: 0"), refuses=True, weight=2),
    Chance(
        "503, closed",
        answer(503, b"", "Retry-After: 0", "Connection: close", then=CLOSE),
        refuses=True,
    ),
    Chance(
        "503 and a response too many",
        Step(Say(message(503, b"", "Retry-After: 0") + FAKE, KEEP)),
        refuses=True,
        weight=0.5,
    ),
    Chance(
        "401 and a response too many",
        Step(Say(message(401) + FAKE, KEEP)),
        refuses=True,
        weight=0.5,
    ),
)
_WEIGHTS = [chance.weight for chance in CHANCES]


def draw(chance: random.Random) -> Chance:
    """Draw a fault.

    If its response does not refuse a request, half of the complete requests are executed.
    """
    found = chance.choices(CHANCES, _WEIGHTS)[0]
    if found.refuses:
        return found
    return found._replace(step=found.step._replace(applies=chance.random() < 0.5))
