# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cost of redaction: microseconds for ordinary records, and growth of time with hostile text.

`python -m tests.benchmarks.redaction [--rounds N]` prints two tables. Twice the text is to take
twice the time (a ratio near 2), and 1 MB less than a second.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time

from restops_clients import heuristics

from tests.unit.core.redaction_corpus import HOSTILE

RECORDS = {
    "access log, no keyword": (
        '10.0.0.17 - - [01/May/2026:12:00:01 +0000] "GET /api/v2/devices/list?limit=25&of'
        'fset=50 HTTP/1.1" 200 5123 0.034 "Mozilla/5.0 (X11; Linux x86_64)" done in time,'
        " no errors, 3 hops and 2 more of them ok"
    ),
    "client log with a URL": (
        "2026-05-01 12:00:01,123 DEBUG request: GET https://platform.example.com:8443/aut"
        'omation-studio/workflows?limit=50&skip=100&sort=name "HTTP/1.1 200 OK" in 0.123 '
        "s, 20124 bytes, attempt 1 of 4, cid 0b7e"
    ),
    "a secret in a query": (
        "2026-05-01T12:00:01.123Z DEBUG [worker-3] sending POST https://platform.example."
        "com/login?user=ada&password=s3cr3t-value-1 with timeout 30 s and 4 tries; cid 0b"
        "7e6d1c-12ab-4f7a-9d10-aabbccddeeff ok"
    ),
    "a header": (
        "2026-05-01T12:00:01.123Z DEBUG [worker-3] GET /health/server from platform.examp"
        "le.com, 4 tries, no redirects, request follows\nAccept: */*\nAuthorization: Bearer"
        " kD93jfKd93kdKd93kd\nUser-Agent: restops-"
    ),
    "a JSON body with a secret": (
        '{"name":"edge-7","description":"core router in rack 4","user":{"username":"ada",'
        '"password":"pa ss wo rd","email":"ada@example.com"},"tags":["a","b","c"],"site":'
        '"north","enabled":true,"count":42,"x":"y'
    ),
    "a JSON body with two": (
        '{"name":"edge-7","description":"core router","user":{"username":"ada","password"'
        ':"pa ss wo rd","email":"ada@example.com"},"tags":["a","b"],"client_secret":"kD93'
        'jfKd93kdKd93","enabled":true,"count":42}'
    ),
    "words that look alike": (
        "The password policy was updated by ada; token_count=42, tokens_used=100, session"
        " timeout=30, author=bob, authentication: enabled, cookie policy accepted, keyboa"
        "rd=us, passed: 5 failed: 0, next run tom"
    ),
}
SIZES = (250_000, 500_000, 1_000_000)


def seconds(text: str) -> float:
    """Return the seconds of CPU that one text takes."""
    gc.collect()
    started = time.process_time()
    heuristics.scan_and_redact(text)
    return time.process_time() - started


def per_record(record: str, rounds: int, calls: int = 2000) -> float:
    """Return the median of microseconds of CPU per record."""
    taken = []
    for dummy in range(rounds):
        started = time.process_time()
        for dummy_call in range(calls):
            heuristics.scan_and_redact(record)
        taken.append((time.process_time() - started) / calls * 1e6)
    return statistics.median(taken)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    print(f"Python {sys.version.split()[0]}, CPU time, medians of {rounds} rounds\n")
    print(f"{'record':32} {'characters':>10} {'us':>6}")
    costs = {name: per_record(record, rounds) for name, record in RECORDS.items()}
    for name, cost in costs.items():
        print(f"{name:32} {len(RECORDS[name]):10} {cost:6.1f}")
    print(
        f"{'median, worst':32} {'':10} {statistics.median(costs.values()):6.1f}"
        f" {max(costs.values()):6.1f}   <= 20\n"
    )
    print(f"{'hostile text':32} {'0.25 MB':>8} {'0.5 MB':>8} {'1 MB':>8} {'ratio':>6}")
    worst = 0.0
    for piece in HOSTILE:
        taken = [seconds(piece * (size // len(piece))) for size in SIZES]
        worst = max(worst, taken[-1])
        print(
            f"{piece!r:32.32} {taken[0]:8.3f} {taken[1]:8.3f} {taken[2]:8.3f}"
            f" {taken[2] / max(taken[1], 1e-4):6.2f}"
        )
    print(f"{'worst':32} {'':8} {'':8} {worst:8.3f}          < 1 s")


if __name__ == "__main__":
    main()
