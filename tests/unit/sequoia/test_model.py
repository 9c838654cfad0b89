# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Models: resources with what is linked to them."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.sequoia.criteria import (
    Criteria,
    Inclusion,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .support import Server, browse, client_of, error

RELATIONSHIPS = {
    "categories": {"type": "direct", "fieldNamePath": "categoryRefs"},
    "parent": {"type": "direct", "fieldNamePath": "parentRef"},
    "assets": {"type": "indirect", "filterName": "withContentRef"},
}
DESCRIPTOR = {"resourcefuls": {"contents": {"relationships": RELATIONSHIPS}}}
SERIES, SERIES_10 = (
    {"ref": "acme:series1", "name": "series1"},
    {"ref": "acme:series10", "name": "series10"},
)
DRAMA, NEWS = {"ref": "acme:drama"}, {"ref": "acme:news"}
PARENTS = [
    {
        "ref": "acme:c1",
        "categoryRefs": ["acme:news", "acme:drama", "acme:gone"],
        "parentRef": "acme:series10",
    },
    {"ref": "acme:c2", "categoryRefs": []},
]
ASSETS = [
    {"ref": "acme:a1", "contentRef": "acme:c1"},
    {"ref": "acme:a2", "contentRef": ["acme:c1", "acme:c2"]},
]


async def model_of(
    case: Case, page: dict[str, Any], *included: str, descriptor: Any = None, **options: Any
) -> tuple[Any, Server]:
    server = Server(DESCRIPTOR if descriptor is None else descriptor, {"meta": {}, **page})
    criteria = Criteria()
    for name in included:
        criteria.add_inclusion(Inclusion.resource(name))
    client = client_of(case, server, **{"model_resolution": True, **options})
    return (await browse(case, client.metadata.contents, "acme", criteria)).page, server


async def test_direct_and_indirect_relationships(case: Case) -> None:
    linked = {"categories": [DRAMA, NEWS], "parent": [SERIES, SERIES_10], "assets": ASSETS}
    page, dummy = await model_of(
        case, {"contents": PARENTS, "linked": linked}, "categories", "parent", "assets"
    )
    assert page.model == [
        {**PARENTS[0], "categories": [NEWS, DRAMA], "parent": [SERIES_10], "assets": ASSETS},
        {**PARENTS[1], "categories": None, "parent": None, "assets": [ASSETS[1]]},
    ]
    assert page.resources == PARENTS


@pytest.mark.parametrize(
    "linked",
    [
        {},
        {
            "categories": [{"name": "no ref"}],
            "assets": [{"name": "no contentRef"}],
            "unknown": [DRAMA],
        },
        {"categories": 7, "assets": None, "unknown": [DRAMA]},
    ],
)
async def test_what_cannot_be_resolved_is_none(case: Case, linked: dict[str, Any]) -> None:
    page, dummy = await model_of(
        case, {"contents": PARENTS[:1], "linked": linked}, "categories", "assets", "unknown"
    )
    assert page.model == [{**PARENTS[0], "categories": None, "assets": None, "unknown": None}]


async def test_a_parent_without_a_reference_has_nothing_pointing_to_it(case: Case) -> None:
    page, dummy = await model_of(
        case, {"contents": [{"name": "c1"}], "linked": {"assets": ASSETS}}, "assets"
    )
    assert page.model == [{"name": "c1", "assets": None}]


async def test_without_inclusions_a_model_is_the_resources(case: Case) -> None:
    page, dummy = await model_of(case, {"contents": PARENTS})
    assert page.model == PARENTS


@pytest.mark.parametrize("page", [{"contents": []}, {}])
async def test_without_resources_there_is_no_model(case: Case, page: dict[str, Any]) -> None:
    assert (await model_of(case, page, "assets"))[0].model is None


@pytest.mark.parametrize(
    "descriptor",
    [
        [],
        {"resourcefuls": 7},
        {"resourcefuls": {"contents": {}}},
        {"resourcefuls": {"contents": {"relationships": []}}},
    ],
)
async def test_a_descriptor_that_says_nothing(case: Case, descriptor: Any) -> None:
    page, dummy = await model_of(
        case,
        {"contents": PARENTS[:1], "linked": {"assets": ASSETS}},
        "assets",
        descriptor={"x": 1} if descriptor == [] else descriptor,
    )
    assert page.model == [{**PARENTS[0], "assets": None}]


async def test_names_with_dashes(case: Case) -> None:
    relationships = {"flow": {"type": "direct", "fieldNamePath": "flowRef"}}
    for key in ("flowInstances", "flow-instances"):
        page = {
            "meta": {},
            "flowInstances": [{"ref": "a:i", "flowRef": "a:f"}],
            "linked": {"flow": [{"ref": "a:f"}]},
        }
        server = Server({"resourcefuls": {key: {"relationships": relationships}}}, page)
        client = client_of(case, server, model_resolution="yes")
        found = await browse(
            case,
            client.workflow.flow_instances,
            "acme",
            Criteria().add_inclusion(Inclusion.resource("flow")),
        )
        assert found.model == [{"ref": "a:i", "flowRef": "a:f", "flow": [{"ref": "a:f"}]}]


async def test_models_are_off_unless_asked_for(case: Case) -> None:
    server = Server({"meta": {}, "contents": PARENTS})
    assert (await browse(case, client_of(case, server).metadata.contents, "acme")).model is None
    assert len(server.requests) == 1


async def test_the_descriptor_is_read_once_for_pages_and_reads(case: Case) -> None:
    server = Server(
        DESCRIPTOR,
        {"meta": {"next": "/data/contents?page=2"}, "contents": PARENTS},
        {"meta": {}, "contents": PARENTS},
    )
    client = client_of(case, server, model_resolution=True)
    assert [
        found.model for found in await case.kind.collect(client.metadata.contents.browse("acme"))
    ] == [PARENTS, PARENTS]
    assert (await case.kind.wait(client.metadata.contents.read("acme", "acme:c1"))).model == PARENTS
    assert [target.partition("?")[0] for target in server.targets] == [
        "/descriptor/raw",
        "/data/contents",
        "/data/contents",
        "/data/contents/acme:c1",
    ]


async def test_a_descriptor_that_cannot_be_read_now_is_requested_again_by_the_next_browse(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    first = {"meta": {"next": "/data/contents?page=2"}, "contents": PARENTS}
    last = {"meta": {}, "contents": PARENTS}
    described = {"resourcefuls": {"contents": {"fields": {"title": {}}, "relationships": {}}}}
    server = Server(error(503), first, last, described, last)
    client = client_of(case, server, model_resolution=True, retry=1)
    with caplog.at_level(logging.WARNING):
        pages = await case.kind.collect(client.metadata.contents.browse("acme"))
    assert [page.model for page in pages] == [None, None]
    assert caplog.text.count("no models of metadata are made") == 1
    assert (await browse(case, client.metadata.contents, "acme")).model == PARENTS
    assert (await case.kind.wait(client.metadata.contents.described())).closed
    assert [target.partition("?")[0] for target in server.targets].count("/descriptor/raw") == 2


async def test_without_a_descriptor_models_are_off_and_that_is_logged_once(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    server = Server(error(404), {"meta": {}, "contents": PARENTS})
    client = client_of(case, server, model_resolution=True)
    with caplog.at_level(logging.WARNING):
        for dummy in range(2):
            found = await browse(case, client.metadata.contents, "acme")
            assert (found.resources, found.model) == (PARENTS, None)
    assert caplog.text.count("no models of metadata are made") == 1
    assert len(server.requests) == 3
