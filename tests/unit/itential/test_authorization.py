# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts, groups, roles and service accounts of the Platform."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.tests.unit.support import Case

from .lives import NAMES, Life, live, live_by_name, named
from .simulated import Platform

AUTH = "/authorization"
OAUTH = "/oauth/serviceAccounts"
RELEASES = ("2023.2", "6.5", "6.6")
METHOD = {"name": "getJob", "provenance": "OperationsManager"}
OTHER_METHOD = {"name": "getTask", "provenance": "OperationsManager"}

ACCOUNT = Life(
    "account",
    {"username": "grace", "email": "grace@old.example", "password": "s3cret-word"},
    {"email": "grace@new.example"},
    [
        (
            f"POST {AUTH}/accounts",
            {
                "account": {
                    "username": "grace",
                    "email": "grace@old.example",
                    "password": "s3cret-word",
                    "provenance": "Pronghorn",
                    "inactive": False,
                }
            },
        )
    ],
    [(f"PATCH {AUTH}/accounts/{{id}}", {"updates": {"email": "grace@new.example"}})],
    [(f"PATCH {AUTH}/accounts/{{id}}", {"updates": {"inactive": True}})],
    "username",
)
GROUP = Life(
    "group",
    {"name": "night shift", "description": "old"},
    {"description": "new"},
    [
        (
            f"POST {AUTH}/groups",
            {
                "group": {
                    "name": "night shift",
                    "description": "old",
                    "provenance": "Pronghorn",
                    "inactive": False,
                }
            },
        )
    ],
    [(f"PATCH {AUTH}/groups/{{id}}", {"updates": {"description": "new"}})],
    [(f"DELETE {AUTH}/groups/{{id}}", None)],
)
ROLE = Life(
    "role",
    {"name": "reader", "allowedMethods": [METHOD]},
    {"allowedMethods": [OTHER_METHOD]},
    [
        (
            f"POST {AUTH}/roles",
            {
                "role": {
                    "name": "reader",
                    "description": "reader",
                    "provenance": "Custom",
                    "allowedMethods": [METHOD],
                }
            },
        )
    ],
    [(f"PATCH {AUTH}/roles/{{id}}", {"updates": {"allowedMethods": [METHOD, OTHER_METHOD]}})],
    [(f"DELETE {AUTH}/roles/{{id}}", None)],
)
SERVICE_ACCOUNT = Life(
    "service_account",
    {"name": "pipeline", "description": "CI"},
    {"inactive": True},
    [(f"POST {OAUTH}", {"accountData": {"name": "pipeline", "description": "CI"}})],
    [(f"PATCH {OAUTH}/{{id}}", {"updates": {"inactive": True}})],
    [(f"DELETE {OAUTH}/{{id}}", None)],
)
LIVES = [GROUP, ROLE, SERVICE_ACCOUNT]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_a_record_lives_with_no_needless_write(case: Case, life: Life, release: str) -> None:
    await live(Platform(case, release=release), life)


@pytest.mark.parametrize("release", ["6.5", "6.6"])
async def test_an_account_lives_from_platform_6_on(case: Case, release: str) -> None:
    await live(Platform(case, release=release), ACCOUNT)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("life", [ACCOUNT, *LIVES], ids=named)
async def test_any_name_is_found_again(case: Case, life: Life, name: str) -> None:
    await live_by_name(Platform(case), life, name)


@pytest.mark.parametrize(
    "settings", [{"create_status": 201}, {"create_status": 200, "delete_status": 204}]
)
@pytest.mark.parametrize("life", [ACCOUNT, *LIVES], ids=named)
async def test_statuses_and_further_keys_of_servers_are_tolerated(
    case: Case, life: Life, settings: Any
) -> None:
    await live(Platform(case, extra={"newKey": 1}, **settings), life)


async def test_before_platform_6_accounts_are_not_created_but_changed(case: Case) -> None:
    platform = Platform(case, release="2023.2")
    with pytest.raises(ClientError) as caught:
        await platform.bring("account", ACCOUNT.record)
    assert caught.value.message == (
        f"there is no account username={ACCOUNT.record['username']!r}, and release 2023.2.13 of the"
        " server does not create any: this needs release 6 or later"
    )
    changed = await platform.bring("account", {"username": "ada", "email": "new@x.example"})
    assert changed.action == "update"


async def test_roles_are_written_before_groups_which_a_change_of_roles_empties(
    case: Case,
) -> None:
    platform = Platform(case)
    roles, groups = platform.sim.tables["role"], platform.sim.tables["group"]
    role, other = list(roles)[:2]
    group, more = list(groups)[:2]
    account = platform.sim.tables["account"].seed([{"username": "grace"}])[0]
    patch = f"PATCH {AUTH}/accounts/{account['_id']}"

    wanted = {"username": "grace", "roles": [role["_id"]], "groups": [group["name"]]}
    changed = await platform.bring("account", wanted)
    assert platform.writes == [
        (patch, {"updates": {"assignedRoles": [{"roleId": role["_id"]}]}}),
        (patch, {"updates": {"memberOf": [{"groupId": group["_id"], "aaaManaged": False}]}}),
    ]
    assert changed.after["groups"] == [group["_id"]]
    assert (await platform.bring("account", wanted)).action == "none"

    account["memberOf"].append({"groupId": more["_id"], "aaaManaged": True})
    changed = await platform.bring("account", {"username": "grace", "roles": [other["_id"]]})
    assert platform.writes == [
        (
            patch,
            {"updates": {"assignedRoles": [{"roleId": one["_id"]} for one in (role, other)]}},
        ),
        (
            patch,
            {
                "updates": {
                    "memberOf": [
                        {"groupId": group["_id"], "aaaManaged": False},
                        {"groupId": more["_id"], "aaaManaged": True},
                    ]
                }
            },
        ),
    ]
    assert changed.ignored == []
    replaced = await platform.bring(
        "account", {"username": "grace", "groups": [more["name"]]}, match=["username"]
    )
    assert replaced.action == "none"


async def test_a_change_that_the_server_refuses_leaves_the_groups_of_an_account(
    case: Case,
) -> None:
    platform = Platform(case)
    role = next(iter(platform.sim.tables["role"]))
    group = next(iter(platform.sim.tables["group"]))
    members = [{"groupId": group["_id"], "aaaManaged": False}]
    (account,) = platform.sim.tables["account"].seed([{"username": "grace", "memberOf": members}])
    path = f"{AUTH}/accounts/{account['_id']}"
    platform.sim.faults.append({"path": path, "method": "PATCH", "status": 400, "times": 1})
    wanted = {"username": "grace", "roles": [role["_id"]], "firstname": "Grace"}
    with pytest.raises(ClientError, match="400"):
        await platform.bring("account", wanted)
    assert account["memberOf"] == members
    # The names of an account stay if a replaced one does not give them.
    account["firstname"] = "Grace"
    await platform.bring("account", {"username": "grace"}, replace=True)
    assert account["firstname"] == "Grace"


async def test_lists_are_replaced_if_the_record_is(case: Case) -> None:
    platform = Platform(case)
    one, two = [group["name"] for group in list(platform.sim.tables["group"])[:2]]
    await platform.bring("group", {"name": "g", "groups": [one, two]})
    await platform.bring("group", {"name": "g", "groups": [two]})
    assert platform.writes == []
    changed = await platform.bring(
        "group", {"name": "g", "description": "", "groups": [two], "roles": []}, replace=True
    )
    found = platform.sim.tables["group"].named(two)
    assert changed.after["groups"] == [found["_id"]]


async def test_the_server_s_own_names_of_lists_are_taken(case: Case) -> None:
    platform = Platform(case)
    role = next(iter(platform.sim.tables["role"]))
    wanted = {"name": "g", "assignedRoles": [{"roleId": role["_id"]}]}
    assert (await platform.bring("group", wanted)).after["roles"] == [role["_id"]]
    with pytest.raises(ClientError, match="are the same: give one"):
        await platform.bring("group", {**wanted, "roles": []})


async def test_a_missing_role_is_an_error_that_names_it(case: Case) -> None:
    with pytest.raises(ClientError, match="there is no role 'nosuch'"):
        await Platform(case).bring("group", {"name": "g", "roles": ["nosuch"]})


async def test_active_records_are_preferred_and_two_active_ones_refused(case: Case) -> None:
    platform = Platform(case)
    table = platform.sim.tables["group"]
    old, now = table.seed([{"name": "g", "inactive": True}, {"name": "g"}])
    changed = await platform.bring("group", {"name": "g", "description": "x"})
    assert changed.after["_id"] == now["_id"]
    (twin,) = table.seed([{"name": "g", "provenance": "LDAP"}])
    with pytest.raises(ClientError, match=f"{now['_id']}, {twin['_id']}"):
        await platform.bring("group", {"name": "g", "description": "y"})
    changed = await platform.bring("group", {"name": "g", "provenance": "LDAP", "description": "y"})
    assert changed.after["_id"] == twin["_id"]
    assert old["description"] == ""


async def test_a_deactivated_account_counts_as_deleted_until_it_is_wanted_again(
    case: Case,
) -> None:
    platform = Platform(case)
    table = platform.sim.tables["account"]
    (account,) = table.seed([{"username": "grace", "inactive": True}])
    gone = await platform.bring("account", {"username": "grace"}, state="absent")
    assert (gone.action, platform.writes) == ("none", [])
    assert await case.kind.wait(platform.client.records("account").delete("grace")) is False
    purged = await platform.ensure(
        "account", {"username": "ada"}, purge={"username": {"in": ["ada", "grace"]}}
    )
    assert [change.action for change in purged] == ["none"]
    back = await platform.bring("account", {"username": "grace"})
    assert (back.action, account["inactive"]) == ("update", False)


async def test_built_in_roles_are_found_by_their_provenance_and_not_changed(case: Case) -> None:
    platform = Platform(case)
    role = next(iter(platform.sim.tables["role"]))
    given = {"name": role["name"], "provenance": role["provenance"], "description": "mine"}
    with pytest.raises(ClientError, match="Cannot update non-custom role"):
        await platform.bring("role", given)


async def test_the_secret_of_a_service_account_is_returned_once_and_never_logged(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    platform = Platform(case)
    made = await platform.bring("service_account", SERVICE_ACCOUNT.record)
    secret = made.after["client_secret"]
    assert secret
    again = await platform.bring("service_account", SERVICE_ACCOUNT.record)
    assert "client_secret" not in again.after
    renewed = await platform.bring("service_account", SERVICE_ACCOUNT.record, update_secrets=True)
    id_ = made.after["client_id"]
    assert platform.writes == [(f"PATCH {OAUTH}/{id_}/regenerate", {})]
    assert renewed.action == "update"
    assert renewed.after["name"] == "pipeline"
    assert renewed.after["client_secret"] not in ("", None, secret)
    for text in (secret, renewed.after["client_secret"]):
        assert text not in caplog.text


async def test_a_password_is_sent_to_new_accounts_only(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("account", ACCOUNT.record)
    again = await platform.bring("account", ACCOUNT.record, update_secrets=True)
    assert (again.action, platform.writes) == ("none", [])


async def test_a_failure_in_a_response_of_200_is_an_error(case: Case) -> None:
    platform = Platform(case)
    platform.sim.faults.append(
        {
            "path": f"{AUTH}/groups",
            "method": "POST",
            "status": 200,
            "body": '{"status": "failure", "message": "name is reserved"}',
        }
    )
    with pytest.raises(ClientError, match="name is reserved"):
        await platform.bring("group", {"name": "g"})


async def test_what_a_replaced_record_does_not_have_gets_its_default(case: Case) -> None:
    platform = Platform(case)
    role = next(iter(platform.sim.tables["role"]))
    await platform.bring(
        "group", {"name": "g", "description": "x", "roles": [role["_id"]], "groups": ["operators"]}
    )
    await platform.bring("group", {"name": "g"}, replace=True)
    ((dummy, body),) = platform.writes
    assert body == {"updates": {"description": "", "assignedRoles": [], "memberOf": []}}
    assert (await platform.bring("group", {"name": "g"}, replace=True)).action == "none"
    await platform.bring("role", ROLE.record)
    await platform.bring("role", {"name": "reader"}, replace=True)
    ((dummy, body),) = platform.writes
    assert body == {"updates": {"allowedMethods": []}}
