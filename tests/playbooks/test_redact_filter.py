# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter that masks secrets, in real templates."""

from __future__ import annotations

from tests.playbooks.conftest import Ansible

MASK = "[REDACTED]"
DATA = {
    "user": "ada",
    "password": 12345,
    "log": ["GET /x?api_key=hidden-1&y=1"],
    "count": 3,
    "enabled": True,
    "nothing": None,
}


def test_texts_and_structures_are_masked(ansible: Ansible) -> None:
    tasks = [
        {
            "name": "Text",
            "ansible.builtin.debug": {
                "msg": "{{ 'login with password=hunter2 failed' | restops.clients.redact }}"
            },
            "register": "text",
        },
        {
            "name": "Data",
            "ansible.builtin.set_fact": {"masked": "{{ data | restops.clients.redact }}"},
        },
        {"name": "Kept", "ansible.builtin.debug": {"msg": "{{ masked }}"}, "register": "whole"},
        {
            "name": "Plain",
            "ansible.builtin.debug": {
                "msg": "{{ (data | restops.clients.redact).log | first | length }}"
            },
            "register": "length",
        },
        {
            "name": "Tagged text",
            "ansible.builtin.debug": {"msg": "{{ vault_text | restops.clients.redact }}"},
            "register": "tagged",
        },
        {
            "name": "Tagged data",
            "ansible.builtin.debug": {"msg": "{{ {'note': vault_text} | restops.clients.redact }}"},
            "register": "tagged_data",
        },
        {
            "name": "Said of a result",
            "ansible.builtin.command": "echo Authorization: Bearer abc.def",
            "changed_when": False,
            "register": "said",
            "no_log": True,
        },
        {
            "name": "Result",
            "ansible.builtin.debug": {"msg": "{{ (said | restops.clients.redact).stdout }}"},
            "register": "result",
        },
    ]
    done, registered = ansible.play(tasks, vars={"data": DATA, "vault_text": "token=abcd1234"})

    assert done.returncode == 0, done.stdout + done.stderr
    assert registered["tagged"]["msg"] == f"token={MASK}"
    assert registered["tagged_data"]["msg"] == {"note": f"token={MASK}"}
    assert registered["text"]["msg"] == f"login with password={MASK} failed"
    assert registered["whole"]["msg"] == {
        **DATA,
        "password": MASK,
        "log": [f"GET /x?api_key={MASK}&y=1"],
    }
    assert int(registered["length"]["msg"]) == len(f"GET /x?api_key={MASK}&y=1")
    assert registered["result"]["msg"] == f"Authorization: {MASK}"
    assert "abc.def" not in done.stdout


def test_the_filter_is_documented(ansible: Ansible) -> None:
    done = ansible.run("ansible-doc", "-t", "filter", "restops.clients.redact")

    assert done.returncode == 0, done.stderr
    assert "Mask" in done.stdout
