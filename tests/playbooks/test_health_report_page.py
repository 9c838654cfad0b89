# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page that the playbook `health_report` writes, in a browser."""

from __future__ import annotations

import itertools
import pathlib
from collections.abc import Iterator

import pytest

from tests.playbooks.browser import Browser, browser
from tests.playbooks.conftest import Servers, new_ansible
from tests.playbooks.health_report import busy_platform
from tests.playbooks.test_health_report import HOSTILE, write

SCHEMES = ("light", "dark")
PHONE, DESKTOP = 390, 1280

TOO_WIDE = """
[...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5)
    .map(one => one.outerHTML.slice(0, 80))
"""
PALE = """
(() => {
    const numbers = color => color.match(/[\\d.]+/g).map(Number);
    const light = color => numbers(color).slice(0, 3)
        .map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
    const behind = one => {
        const color = getComputedStyle(one).backgroundColor;
        return numbers(color)[3] === 0 && one.parentElement ? behind(one.parentElement) : color;
    };
    const contrast = one => {
        const [dark, bright] = [light(getComputedStyle(one).color), light(behind(one))]
            .sort((one, other) => one - other);
        return (bright + 0.05) / (dark + 0.05);
    };
    return [...document.querySelectorAll("body *")]
        .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
        .filter(one => contrast(one) < 4.5)
        .map(one => contrast(one).toFixed(2) + " " + one.outerHTML.slice(0, 80));
})()
"""
HEADINGS = '[...document.querySelectorAll("h1,h2,h3")].map(one => Number(one.tagName[1]))'
NAMELESS = """
[
    ...[...document.querySelectorAll("th")].filter(one => !one.scope),
    ...[...document.querySelectorAll("table")].filter(one => !one.querySelector("thead th")),
    ...[...document.querySelectorAll("section")].filter(
        one => !document.getElementById(one.getAttribute("aria-labelledby"))),
    ...[...document.querySelectorAll("a")].filter(
        one => !document.querySelector(one.getAttribute("href"))),
].map(one => one.outerHTML.slice(0, 80))
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> str:
    """The address of a page with much to show, some of it in names that look like markup."""
    ansible = new_ansible(tmp_path_factory.mktemp("report"), servers)
    ansible.environment.update(ansible.exports("itential_platform"))
    busy_platform(ansible.platform.simulator, HOSTILE + "long-name-without-a-space" * 4)
    write(ansible)
    return (ansible.folder / "health_report.html").as_uri()


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(pathlib.Path(tmp_path_factory.mktemp("profile"))) as opened:
        yield opened


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_page_loads_nothing_and_has_no_error(
    window: Browser, address: str, width: int, scheme: str
) -> None:
    window.open(address, width, scheme=scheme)
    loaded = {event["request"]["url"] for event in window.named("Network.requestWillBeSent")}
    assert {url for url in loaded if not url.startswith("data:")} == {address}
    assert (
        window.named(
            "Log.entryAdded",
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Page.javascriptDialogOpening",
        )
        == []
    )


@pytest.mark.parametrize("width", [320, PHONE, 768, DESKTOP])
def test_nothing_is_wider_than_the_window(window: Browser, address: str, width: int) -> None:
    window.open(address, width)
    assert window.run("innerWidth") == width
    assert window.run("document.documentElement.scrollWidth") == width
    assert window.run(TOO_WIDE) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_has_enough_contrast(window: Browser, address: str, scheme: str) -> None:
    window.open(address, DESKTOP, scheme=scheme)
    assert window.run(PALE) == []


def test_the_colours_follow_the_scheme(window: Browser, address: str) -> None:
    colours = []
    for scheme in SCHEMES:
        window.open(address, DESKTOP, scheme=scheme)
        colours.append(window.run("getComputedStyle(document.body).backgroundColor"))
    light, dark = (sum(map(int, colour[4:-1].split(","))) for colour in colours)
    assert light > 3 * 200
    assert dark < 3 * 50


def test_headings_tables_and_links_can_be_followed_without_seeing_them(
    window: Browser, address: str
) -> None:
    window.open(address, DESKTOP)
    levels = window.run(HEADINGS)
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert window.run("document.documentElement.lang") == "en"
    assert window.run("document.title") == "Itential Platform: 8 problems"
    assert window.run(NAMELESS) == []
