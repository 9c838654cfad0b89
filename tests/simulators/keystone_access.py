# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Permissions of the simulated Keystone (9, "Who may do what")."""

from __future__ import annotations

from typing import Any

from .keystone_call import Body, detail
from .keystone_schema import FIELDS, Record, Resource
from .keystone_store import Store

MANAGERS = ("OW", "AD")


VALIDATED_FIRST = ("Membership", "Grant", "Publication")
"""Models for which a missing team is reported before a missing permission."""


def forbidden() -> Exception:
    """Return the refusal for a missing permission."""
    return detail(403, "You do not have permission to perform this action.")


def roles(store: Store, user: Record) -> dict[int, str]:
    """Return a user's role by team."""
    return {
        item["team"]: item["role"]
        for item in store.referring("User", user["id"], "Membership", "user")
    }


def team_of(store: Store, resource: Resource, record: Record) -> int | None:
    """Return the team that a record, or a body that is to become one, belongs to."""
    head, dummy, rest = resource.team.partition(".")
    key = _key(record.get(head))
    if not rest:
        return key
    target = FIELDS[resource.model][head].to
    found = store.get(target, key)
    return None if found is None else store.follow(target, found, rest)


def holds(store: Store, user: Record, level: str, resource: Resource, record: Record) -> bool:
    """Tell whether a user has a level of access."""
    if level == "owner":
        return record["user"] == user["id"]
    if user["is_staff"] or level == "anyone":
        return True
    if level == "self":
        return (
            _key(record.get("id" if resource.model == "User" else "user", user["id"])) == user["id"]
        )
    if level == "staff":
        return False
    role = roles(store, user).get(team_of(store, resource, record) or 0)
    return role in MANAGERS or (level == "member" and role is not None)


def exists_for(store: Store, user: Record, resource: Resource, record: Record) -> bool:
    """Tell whether a record exists for a user: only staff see inactive teams."""
    if user["is_staff"] or resource.model not in ("Team", "Membership"):
        return True
    team = store.get("Team", team_of(store, resource, record))
    return team is not None and team["is_active"]


def listed(store: Store, user: Record, resource: Resource) -> list[Record]:
    """Return the records that a list shows to a user.

    Raises:
        RefusedError: 403.
    """
    records = (
        store.feed()
        if resource.model == "FeedEntry"
        else list(store.tables[resource.model].values())
    )
    level = resource.access.listed
    if user["is_staff"]:
        return records
    if level == "staff":
        raise forbidden()
    mine = roles(store, user)
    tests: dict[str, Any] = {
        "anyone": lambda record: True,
        "active": lambda record: record["is_active"],
        "self": lambda record: record["user"] == user["id"],
        "team": lambda record: (
            team_of(store, resource, record) in mine and not record.get("private")
        ),
        "reachable": lambda record: open_to(record, set(mine)),
    }
    return [
        record
        for record in records
        if tests[level](record) and exists_for(store, user, resource, record)
    ]


def open_to(cluster: Record, teams: set[int]) -> bool:
    """Tell whether teams may use a cluster."""
    named = bool(teams & set(cluster["access_teams"]))
    return {"OP": True, "WL": named, "BL": not named}[cluster["access_mode"]]


def check_create(store: Store, user: Record, resource: Resource, body: Body) -> None:
    """Refuse a creation that the user has no permission for.

    Raises:
        RefusedError: 403.
    """
    sent = body.first()
    if resource.model in VALIDATED_FIRST and not sent.get("team"):
        return
    if resource.model == "Preference":
        # The rules for its body check the owner.
        return
    allowed = holds(store, user, resource.access.create, resource, sent)
    if allowed and not user["is_staff"] and resource.model == "ResourceAllocation":
        cluster, team = (
            store.get("Cluster", _key(sent.get("cluster"))),
            team_of(store, resource, sent),
        )
        allowed = cluster is None or open_to(cluster, {team} if team else set())
    if not allowed:
        raise forbidden()


def check_record(
    store: Store, user: Record, resource: Resource, record: Record, method: str
) -> None:
    """Refuse a change that the user has no permission for.

    Raises:
        RefusedError: 403.
    """
    level = resource.access.read if method in ("GET", "HEAD") else resource.access.change
    allowed = holds(store, user, level, resource, record)
    if resource.model == "Membership" and method == "DELETE":
        allowed = allowed or record["user"] == user["id"]
    if not user["is_staff"] and record.get("private"):
        allowed = False
    if not allowed:
        raise forbidden()


def _key(value: Any) -> int | None:
    return int(value) if str(value).isascii() and str(value).isdigit() else None
