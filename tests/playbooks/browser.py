# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A headless Chromium, driven through its debugging pipe, which needs no library."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SECONDS = 60
"""Longest wait for a message of the browser."""
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


class Browser:
    """A browser with one page.

    Args:
        orders: The pipe on which it takes commands.
        news: The pipe on which it reports.

    Attributes:
        events: What the page has reported: requests, messages of the console, errors.
    """

    def __init__(self, orders: int, news: int) -> None:
        self._orders = orders
        self._news = news
        self._received = b""
        self._number = 0
        self._session: dict[str, str] = {}
        self.events: list[dict[str, Any]] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": params, **self._session}
        os.write(self._orders, json.dumps(command).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == self._number:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result
            self.events.append(message)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._received:
            ready, dummy, dummy = select.select([self._news], [], [], SECONDS)
            piece = os.read(self._news, 1 << 20) if ready else b""
            assert piece, "the browser has ended or does not respond"
            self._received += piece
        first, dummy, self._received = self._received.partition(b"\0")
        message: dict[str, Any] = json.loads(first)
        return message

    def open(self, url: str, width: int, height: int = 900, scheme: str = "light") -> None:
        """Open a page in a window of this size, in the colour scheme `light` or `dark`."""
        self.events.clear()
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        wanted = [{"name": "prefers-color-scheme", "value": scheme}]
        self.send("Emulation.setEmulatedMedia", features=wanted)
        self.send("Page.navigate", url=url)
        while not self.named("Page.loadEventFired"):
            self.events.append(self._next())

    def named(self, *methods: str) -> list[dict[str, Any]]:
        """Return the parameters of the events with these names."""
        return [event["params"] for event in self.events if event.get("method") in methods]

    def run(self, script: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        result = self.send("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def screenshot(self, scale: float = 1) -> bytes:
        """Return what the window shows as a PNG image."""
        size = self.send("Page.getLayoutMetrics")["cssLayoutViewport"]
        area = {"x": 0, "y": 0, "width": size["clientWidth"], "height": size["clientHeight"]}
        shot = self.send("Page.captureScreenshot", clip={**area, "scale": scale})
        return base64.b64decode(shot["data"])


@contextmanager
def browser(folder: pathlib.Path) -> Iterator[Browser]:
    """Start a browser with its profile in a folder, and stop it.

    Its end of the pipes must have the numbers 3 and 4, which a shell arranges.
    """
    orders_read, orders = os.pipe()
    news, news_write = os.pipe()
    script = f'exec "$@" 3<&{orders_read} 4>&{news_write}'
    command = [str(CHROMIUM), *OPTIONS, f"--user-data-dir={folder}"]
    with subprocess.Popen(
        ["bash", "-c", script, "bash", *command],
        pass_fds=(orders_read, news_write),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    ) as process:
        os.close(orders_read)
        os.close(news_write)
        try:
            yield Browser(orders, news)
        finally:
            process.terminate()
            os.close(orders)
            os.close(news)
