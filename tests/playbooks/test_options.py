# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options: their sources and aliases, credentials, and errors that name a wrong value's source."""

from __future__ import annotations

import json
import os
import stat
import sys
from typing import Any

import pytest

from tests.playbooks.both_paths import PATHS
from tests.playbooks.conftest import CLIENT_ID, CLIENT_SECRET, PASSWORD, Ansible
from tests.simulators.keystone import TOKENS

KEY = next(iter(TOKENS))
PLATFORM, GATEWAY, INFO, TEAMS = (
    "restops.clients.itential_platform_request",
    "restops.clients.itential_gateway_request",
    "restops.clients.keystone_info",
    {"resource": "team"},
)


def teams(name: str, **keywords: Any) -> dict[str, Any]:
    """Return a task that reads Keystone's teams."""
    task = {"name": name, INFO: dict(TEAMS), "register": name, "ignore_errors": True}
    task[INFO].update(keywords.pop("options", {}))
    return {**task, **keywords}


def variables(ansible: Ansible, **more: Any) -> dict[str, Any]:
    """Return the connection options of Keystone as variables, some of them changed."""
    return {**ansible.variables("keystone"), **more}


def defaults(**options: Any) -> dict[str, Any]:
    return {"group/restops.clients.keystone": options}


@pytest.mark.parametrize("execution", PATHS)
def test_empty_and_omitted_options_count_as_not_given(ansible: Ansible, execution: str) -> None:
    ansible.execution = execution
    for name in ("USERNAME", "TOKEN", "TTL", "TIMEOUT", "VALIDATE_CERTS", "CA_PATH", "PROXY"):
        ansible.environment[f"KEYSTONE_{name}"] = ""
    password = "{{ nothing | default(omit) }}"
    tasks = [
        teams("empty_process", vars=variables(ansible)),
        teams("omitted_variable", vars=variables(ansible, keystone_token=password)),
        teams("empty_variable", vars=variables(ansible, keystone_token="")),
        teams("null_variable", vars=variables(ansible, keystone_token=None)),
        teams("omitted_argument", vars=variables(ansible), options={"password": password}),
        teams("empty_argument", vars=variables(ansible), options={"url": "{{ '' }}"}),
        teams("empty_environment", vars=variables(ansible), environment={"KEYSTONE_TTL": ""}),
        teams(
            "omitted_argument_takes_the_default_back",
            vars=variables(ansible),
            module_defaults=defaults(password="wrong"),
            options={"password": password},
        ),
        teams(
            "empty_argument_leaves_the_default",
            vars=variables(ansible, keystone_password="wrong"),
            module_defaults=defaults(password=PASSWORD),
            options={"password": "{{ '' }}"},
        ),
        teams(
            "omitted_default",
            vars=variables(ansible),
            module_defaults=defaults(password=password, token="{{ omit }}"),
        ),
    ]
    done, registered = ansible.play(tasks, module_defaults={})
    assert {name: found.get("count", found.get("msg")) for name, found in registered.items()} == {
        task["register"]: 3 for task in tasks
    }, done.stdout


def test_an_empty_variable_leaves_the_choice_to_the_environment(ansible: Ansible) -> None:
    given = variables(ansible)
    ansible.environment["KEYSTONE_USERNAME"] = given["keystone_username"]
    ansible.environment["KEYSTONE_PASSWORD"] = given["keystone_password"]
    nothing = {
        "keystone_username": None,
        "keystone_password": "",
        "keystone_url": given["keystone_url"],
    }
    lookup = {
        "name": "Look",
        "ansible.builtin.set_fact": {
            "looked": "{{ query('restops.clients.keystone', '/users/teams/', paginate='auto') }}"
        },
        "vars": nothing,
        "register": "looked_up",
    }
    done, registered = ansible.play([teams("task", vars=nothing), lookup], module_defaults={})
    assert registered["task"]["count"] == 3, done.stdout
    assert len(registered["looked_up"]["ansible_facts"]["looked"]) == 3, done.stdout


@pytest.mark.parametrize("execution", PATHS)
def test_the_tasks_argument_wins_under_any_name(ansible: Ansible, execution: str) -> None:
    ansible.execution = execution
    at = ansible.options("keystone")["url"]
    wrong = {"url": at, "user": "wrong", "password": "wrong", "verify": False}
    right = {"username": "admin", "password": PASSWORD, "validate_certs": True}
    tasks = [
        teams("name_over_alias", module_defaults=defaults(**wrong), options=right),
        teams(
            "alias_over_name",
            module_defaults=defaults(
                url=at, username="wrong", password=PASSWORD, validate_certs=False
            ),
            options={"user": "admin", "verify": True},
        ),
        teams(
            "of_the_module",
            module_defaults={**defaults(**wrong), INFO: {"password": PASSWORD}},
            options={"username": "admin", "validate_certs": True},
        ),
        teams(
            "same_value_again",
            module_defaults={**defaults(url=at, validate_certs=True), INFO: {"verify": False}},
            options=right,
        ),
        {
            "name": "args",
            INFO: None,
            "args": {**TEAMS, **right},
            "module_defaults": defaults(**wrong),
            "register": "by_args",
        },
        {
            "name": "template",
            INFO: "{{ whole }}",
            "vars": {"whole": {**TEAMS, **right}},
            "module_defaults": defaults(**wrong),
            "register": "by_template",
        },
    ]
    ansible.environment["ANSIBLE_INJECT_INVOCATION"] = "true"
    done, registered = ansible.play(tasks, module_defaults={})
    for name, found in registered.items():
        assert found.get("count") == 3, f"{name}\n{done.stdout}"
        shown = found.get("invocation", {"module_args": {"validate_certs": True}})["module_args"]
        assert shown["validate_certs"] is True, name
    assert "is alias" not in done.stdout


def test_complete_credentials_win_over_those_of_lower_sources(ansible: Ansible) -> None:
    ansible.environment.update(KEYSTONE_USERNAME="admin", KEYSTONE_PASSWORD=PASSWORD)
    at = ansible.options("keystone")["url"]
    lookup = "restops.clients.keystone', '/users/teams/', paginate='auto', url=at"
    say = "ansible.builtin.debug"
    tasks = [
        teams("token_of_task", options={"url": at, "token": KEY}),
        teams("token_of_defaults", module_defaults=defaults(url=at, token=KEY)),
        teams(
            "token_over_defaults",
            module_defaults=defaults(url=at, username="admin", password="x"),
            options={"token": KEY},
        ),
        teams("both", options={"url": at, "token": KEY, "username": "admin", "password": "x"}),
        teams("rivals", options={"url": at}, vars={"keystone_token": "", "keystone_user": "x"}),
        {
            "name": "Look",
            say: {"msg": f"{{{{ lookup('{lookup}, token=key) }}}}"},
            "register": "look",
        },
    ]
    done, registered = ansible.play(tasks, module_defaults={}, vars={"at": at, "key": KEY})
    assert "both" in registered, done.stdout + done.stderr
    both = registered.pop("both")
    assert both["msg"].startswith("too many credentials (username, password, token)"), done.stdout
    assert not [name for name, found in registered.items() if found.get("failed")], done.stdout


def test_a_message_names_the_source_of_a_bad_value(ansible: Ansible) -> None:
    (ansible.folder / "ansible.cfg").write_text(
        "[restops_clients]\nkeystone_shared_session = perhaps\n"
    )
    ansible.environment["KEYSTONE_TIMEOUT"] = "soon"
    ansible.environment["KEYSTONE_TOKEN"] = KEY
    tasks = [
        teams("timeout"),
        teams("shared", options={"timeout": 5, "token": KEY}),
        teams("variable", vars={"keystone_timeout": "late"}),
        teams("task", environment={"KEYSTONE_TIMEOUT": "never"}),
        teams("argument", options={"timeout": "now"}),
    ]
    look = {
        "name": "Look",
        "ansible.builtin.debug": {
            "msg": "{{ lookup('restops.clients.keystone', '/users/teams/', paginate='auto') }}"
        },
        "vars": variables(ansible),
        "register": "lookup",
        "ignore_errors": True,
    }
    done, registered = ansible.play([*tasks, look])
    ends = {
        "timeout": "(timeout is from the environment variable KEYSTONE_TIMEOUT)",
        "shared": "(shared_session is from keystone_shared_session in ansible.cfg)",
        "variable": "(timeout is from the variable keystone_timeout)",
        "task": "(timeout is from the environment variable KEYSTONE_TIMEOUT of the task)",
        "argument": "",
        "lookup": "(timeout is from the environment variable KEYSTONE_TIMEOUT)",
    }
    for name, end in ends.items():
        message = registered[name]["msg"]
        assert end in message if end else "is from" not in message, message
    assert "too many credentials" not in done.stdout


def test_a_missing_or_unknown_option_is_reported_first(ansible: Ansible) -> None:
    tasks = {
        "no_host": {PLATFORM: {"path": "/x"}},
        "no_url": {INFO: TEAMS},
        "misspelt": {PLATFORM: {"pth": "/x"}},
        "habit": {PLATFORM: {"url": "http://server/x"}},
        "item": {PLATFORM: {"requests": [{"paht": "/x"}]}},
    }
    said = {
        "no_host": (
            "no host: give host, the variable itential_platform_host or ITENTIAL_PLATFORM_HOST"
        ),
        "no_url": "no url: give url, the variable keystone_url or KEYSTONE_URL",
        "misspelt": f"Unsupported parameters for ({PLATFORM}) module: pth. Did you mean path?",
        "habit": f"Unsupported parameters for ({PLATFORM}) module: url. Did you mean path?",
        "item": (
            f"Unsupported parameters for ({PLATFORM}) module: requests.paht. Did you mean "
            "requests.path?"
        ),
    }
    done, registered = ansible.play(
        [
            {"name": name, **task, "register": name, "ignore_errors": True}
            for name, task in tasks.items()
        ],
        module_defaults={},
    )
    for name, text in said.items():
        assert registered[name]["msg"].startswith(text), done.stdout


def test_lookups_refuse_unknown_options_and_convert_texts(ansible: Ansible) -> None:
    at = {f"itential_gateway_{name}": value for name, value in ansible.at(ansible.gateway).items()}
    given = {
        **at,
        "itential_gateway_username": "ada@itential",
        "itential_gateway_password": PASSWORD,
    }
    cases = {
        "unknown": "'/status', atribute='version'",
        "text": "'/devices', params='limit=2', attribute='data.1.name'",
        "number": "'/devices', paginate={'limit': '2'}, attribute='name'",
        "omitted": "'/status', attribute='version', port=nothing|default(omit), user=omit",
        "empty": "'/status', attribute='version', password='', verify=''",
        "list": "['/status', '/devices/sw-001'], '/status', attribute='version'",
        "nothing": "none",
        "similar": "'/status', attribute='vresion'",
    }
    tasks = [
        {
            "name": name,
            "ansible.builtin.debug": {
                "msg": f"{{{{ query('restops.clients.itential_gateway', {case}) }}}}"
            },
            "register": name,
            "ignore_errors": True,
        }
        for name, case in cases.items()
    ]
    nowhere = {
        **tasks[0],
        "ansible.builtin.debug": {"msg": "{{ lookup('restops.clients.itential_gateway', '/') }}"},
        "vars": {"itential_gateway_host": ""},
        "register": "nowhere",
    }
    done, registered = ansible.play([*tasks, nowhere], vars=given)
    assert "atribute. Did you mean attribute?" in registered["unknown"]["msg"], done.stdout
    assert registered["text"]["msg"] == ["sw-001"], done.stdout
    assert registered["number"]["msg"] == ["sw-000", "sw-001"], done.stdout
    assert registered["omitted"]["msg"] == registered["empty"]["msg"] == ["4.4.1"], done.stdout
    assert registered["list"]["msg"] == ["4.4.1", None, "4.4.1"], done.stdout
    assert "path must be a text, not NoneType" in registered["nothing"]["msg"], done.stdout
    assert registered["similar"]["msg"] == [None], done.stdout
    assert "attribute: no result has 'vresion'; did you mean 'version'?" in done.stderr
    assert "no host: give host, the variable itential_gateway_host" in registered["nowhere"]["msg"]


def test_values_are_converted_from_the_forms_that_people_write(ansible: Ansible) -> None:
    devices = {"path": "/devices", "params": "limit=2&offset=3"}
    tasks = {
        "method": {GATEWAY: {"path": "/status", "method": "get"}},
        "params": {GATEWAY: devices},
        "numbers": {
            GATEWAY: {
                "path": "/devices",
                "paginate": {"limit": "{{ most }}"},
                "retry": {"max_tries": "{{ most }}"},
            }
        },
        "empty": {
            GATEWAY: {"path": "/status", "paginate": "", "status_code": [], "retry": "", "dest": ""}
        },
        "items": {
            GATEWAY: {
                "requests": [
                    {"path": "/status", "method": "get", "retry": "{{ most }}", "timeout": ""}
                ]
            }
        },
    }
    done, registered = ansible.play(
        [
            {"name": name, **task, "register": name, "ignore_errors": True}
            for name, task in tasks.items()
        ],
        "-e",
        "most=3",
    )
    assert not [name for name, found in registered.items() if found.get("failed")], done.stdout
    assert len(registered["numbers"]["records"]) == 3
    assert [one["name"] for one in registered["params"]["json"]["data"]] == ["sw-003", "sw-004"]
    assert registered["empty"]["status"] == 200


# A task that is tried again


def test_every_attempt_calls_the_server_of_the_tasks_environment(ansible: Ansible) -> None:
    count = "GET /whoami"
    for execution in PATHS:
        ansible.execution = execution
        ansible.platform.simulator.counters.clear()
        task = {
            "name": "Call a closed port",
            PLATFORM: {"path": "/whoami", "retry": 1},
            "environment": {
                "ITENTIAL_PLATFORM_PORT": "9",
                "ITENTIAL_PLATFORM_CLIENT_SECRET": CLIENT_SECRET,
            },
            "until": "said is succeeded",
            "retries": 2,
            "delay": 0,
            "register": "said",
            "ignore_errors": True,
        }
        done, registered = ansible.play(
            [task], "-vvv", module_defaults={}, vars=ansible.variables("itential_platform")
        )
        assert ":9/" in registered["said"]["msg"], done.stdout
        assert done.stdout.count("FAILED - RETRYING") == 2
        assert ansible.platform.simulator.counters[count] == 0


def test_attempts_is_ansibles_count_and_tries_is_ours(ansible: Ansible) -> None:
    for execution in PATHS:
        ansible.execution = execution
        ansible.platform.simulator.faults.clear()
        ansible.platform.simulator.faults.append({"path": "/whoami", "status": 503, "times": 1})
        again = {"path": "/whoami", "retry": {"wait": 0}}
        tasks = [
            {"name": "Once", PLATFORM: again, "register": "once"},
            {
                "name": "Until",
                PLATFORM: again,
                "register": "until",
                "until": "until.attempts >= 2",
                "retries": 5,
                "delay": 0,
            },
        ]
        done, registered = ansible.play(tasks)
        assert (registered["once"]["tries"], registered["once"]["attempts"]) == (2, 2), done.stdout
        assert (registered["until"]["tries"], registered["until"]["attempts"]) == (1, 2), (
            done.stdout
        )
        assert done.returncode == 0, done.stdout
        assert done.stdout.count("FAILED - RETRYING") == 1


def test_attempts_of_an_asynchronous_task_is_ansibles_count(ansible: Ansible) -> None:
    task = {
        "name": "Until",
        PLATFORM: {"path": "/whoami"},
        "register": "until",
        "async": 60,
        "poll": 1,
        "until": "until.attempts >= 2",
        "retries": 5,
        "delay": 0,
    }
    done, registered = ansible.play([task])
    assert registered["until"]["attempts"] == 2, done.stdout


# What other processes can see


@pytest.mark.parametrize("keywords", [{}, {"async": 30, "poll": 1}])
def test_no_password_of_any_service_is_in_a_command(
    ansible: Ansible, keywords: dict[str, Any]
) -> None:
    ansible.execution = "auto" if keywords else "target"
    secrets = {
        "ITENTIAL_PLATFORM_CLIENT_SECRET": CLIENT_SECRET,
        "ITENTIAL_GATEWAY_PASSWORD": "a-gateway-password",
        "KEYSTONE_PASSWORD": "a-keystone-password",
        "SEQUOIA_CLIENT_SECRET": "a-sequoia-secret",
    }
    given = {**ansible.at(ansible.platform), "client_id": CLIENT_ID}
    task = {
        "name": "Read",
        PLATFORM: {"path": "/health/server", **given},
        "environment": {**secrets, "OTHER": "stays"},
        "register": "read",
        **keywords,
    }
    done, registered = ansible.play([task], "-vvvv", module_defaults={})
    assert registered["read"]["status"] == 200, done.stdout
    assert [secret for secret in secrets.values() if secret in done.stdout] == []
    assert "OTHER=stays" in done.stdout


def test_the_environment_of_the_target_host_is_ignored(ansible: Ansible) -> None:
    (ansible.folder / "interpreter").write_text(
        "#!/bin/sh\nexport ITENTIAL_PLATFORM_PORT=9 ITENTIAL_PLATFORM_VALIDATE_CERTS=false"
        f' ITENTIAL_PLATFORM_USERNAME=ada\nexec {sys.executable} "$@"\n'
    )
    (ansible.folder / "interpreter").chmod(0o755)
    ansible.execution = "target"
    ansible.environment["ANSIBLE_INJECT_INVOCATION"] = "true"
    task = {
        "name": "Read",
        PLATFORM: {"path": "/health/server"},
        "vars": {"ansible_python_interpreter": str(ansible.folder / "interpreter")},
        "register": "read",
    }
    done, registered = ansible.play([task])
    assert registered["read"]["status"] == 200, done.stdout
    shown = json.dumps(registered["read"].get("invocation", {}))
    assert '"validate_certs": false' not in shown


# Delegation


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("controller", "target", "restops_execution is target"),
        ("target", "auto", None),
        ("auto", "target", "restops_execution is target"),
    ],
)
def test_a_delegated_task_uses_the_execution_of_its_host(
    ansible: Ansible, first: str, second: str, said: str | None
) -> None:
    (ansible.folder / "hosts.ini").write_text(
        f"one ansible_connection=local restops_execution={first}\n"
        f"two ansible_connection=local restops_execution={second}\n"
    )
    task = {"name": "Read", PLATFORM: {"path": "/health/server"}, "delegate_to": "two"}
    ansible.execution = ""
    done = ansible.play([task], "-v", "-i", "hosts.ini", hosts="one")[0]
    assert done.returncode == 0, done.stdout
    assert ("runs as a module" in done.stdout) is (said is not None)
    assert said is None or said in done.stdout


# Values as Ansible has them


@pytest.mark.parametrize("execution", PATHS)
def test_vaulted_values_reach_every_option(ansible: Ansible, execution: str) -> None:
    ansible.execution = execution
    (ansible.folder / "key").write_text("vault-key")
    key = ("--vault-password-file", "key")
    seal = ("ansible-vault", "encrypt_string", *key)
    sealed = ansible.run(*seal, PASSWORD, "--name", "keystone_password").stdout
    inner = ansible.run(*seal, "new-password-1", "--name", "password").stdout
    indented = "".join(f"  {line}\n" for line in inner.splitlines())
    (ansible.folder / "vars.yml").write_text(f"{sealed}payload:\n{indented}")
    given = ansible.options("keystone")
    where = {"keystone_url": given["url"], "keystone_username": given["username"]}
    echo = {"path": "/_sim/echo", "method": "POST", "body": "{{ payload }}"}
    tasks = [
        teams("variable"),
        teams("default", module_defaults=defaults(password="{{ keystone_password }}")),
        teams("argument", options={"password": "{{ keystone_password }}"}),
        {
            "name": "Send",
            PLATFORM: {**echo, **ansible.options("itential_platform")},
            "register": "sent",
        },
        {
            "name": "Look",
            "ansible.builtin.debug": {
                "msg": "{{ query('restops.clients.keystone', '/users/teams/', paginate='auto') }}"
            },
            "register": "looked_up",
        },
    ]
    done, registered = ansible.play(
        tasks, "-vvvv", *key, vars=where, vars_files=["vars.yml"], module_defaults={}
    )
    counts = [registered[name]["count"] for name in ("variable", "default", "argument")]
    assert counts == [3, 3, 3], done.stdout
    assert len(registered["looked_up"]["msg"]) == 3
    assert json.loads(ansible.platform.simulator.bodies[-1]) == {"password": "new-password-1"}
    assert "new-password-1" not in done.stdout
    assert PASSWORD not in done.stdout


@pytest.mark.parametrize("execution", PATHS)
def test_omit_removes_keys_at_every_level(ansible: Ansible, execution: str) -> None:
    ansible.execution = execution
    nothing = "{{ nothing | default(omit) }}"
    body = {"kept": 1, "omitted": nothing, "inner": {"kept": 2, "omitted": nothing}}
    tasks = [
        {
            "name": "Send",
            PLATFORM: {
                "path": "/_sim/echo",
                "method": "POST",
                "body": body,
                "timeout": nothing,
                "params": {"a": nothing, "b": 1},
            },
            "register": "one",
        },
        {
            "name": "Send several",
            PLATFORM: {
                "requests": [
                    {"path": "/_sim/echo", "method": "POST", "body": body, "timeout": nothing}
                ]
            },
            "register": "several",
        },
    ]
    done, registered = ansible.play(tasks)
    sent = [json.loads(body) for body in ansible.platform.simulator.bodies[-2:]]
    assert sent == [{"kept": 1, "inner": {"kept": 2}}] * 2, done.stdout
    assert "a=" not in registered["one"]["url"]


def test_a_file_keeps_its_owner_group_and_mode(ansible: Ansible) -> None:
    kept = []
    for execution in PATHS:
        ansible.execution = execution
        dest = ansible.folder / f"{execution}.json"
        dest.write_text("old")
        dest.chmod(0o640)
        if os.geteuid() == 0:
            os.chown(dest, 65534, 65534)
        task = {
            "name": "Read",
            PLATFORM: {"path": "/health/server", "dest": f"{execution}.json"},
            "register": "read",
        }
        done, registered = ansible.play([task])
        assert registered["read"]["download"]["dest"] == str(dest), done.stdout
        status = dest.stat()
        kept.append((status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)))
    assert kept[0] == kept[1]
    assert kept[0][2] == 0o640
    assert os.geteuid() != 0 or kept[0][:2] == (65534, 65534)


@pytest.mark.parametrize("execution", PATHS)
def test_a_file_that_cannot_be_written_is_one_line(ansible: Ansible, execution: str) -> None:
    ansible.execution = execution
    tasks = {
        "device": {"path": "/health/server", "dest": "/dev/null"},
        "no_folder": {"path": "/health/server", "dest": f"{ansible.folder}/none/"},
        "in_a_file": {"path": "/health/server", "dest": f"{ansible.folder}/play.yml/below"},
        "missing": {"path": "/x", "method": "POST", "src": f"{ansible.folder}/none"},
    }
    said = {
        "device": "dest: /dev/null is not a regular file, and is not replaced",
        "no_folder": (
            f"dest: {ansible.folder}/none/ is not a folder: create it, or give a file name"
        ),
        "in_a_file": f"cannot write {ansible.folder}/play.yml/below: Not a directory (on ",
        "missing": f"cannot read {ansible.folder}/none: No such file or directory (on ",
    }
    cases = [
        {"name": name, PLATFORM: options, "register": name, "ignore_errors": True}
        for name, options in tasks.items()
    ]
    done, registered = ansible.play(cases)
    for name, text in said.items():
        assert registered[name]["msg"].startswith(text), done.stdout
    checked = {**cases[3], "check_mode": True}
    assert ansible.play([checked])[1]["missing"]["msg"].startswith(said["missing"])
    assert ansible.platform.simulator.counters["POST /x"] == 0


def test_a_purge_with_records_from_an_empty_template_is_refused(ansible: Ansible) -> None:
    module = "restops.clients.keystone_resource"
    purge = {"resource": "team", "purge": True, "filters": {"name": "Lab Z"}}
    tasks = [
        {"name": name, module: options, "register": name, "ignore_errors": True, **keywords}
        for name, options, keywords in (
            ("make", {"resource": "team", "data": {"name": "Lab Z"}}, {}),
            ("template", {**purge, "records": "{{ nothing | default([]) }}"}, {}),
            ("whole", "{{ whole }}", {"vars": {"whole": {**purge, "records": []}}}),
            ("checked", {"resource": "team", "data": {"name": "Lab Y"}}, {"check_mode": True}),
            ("written", {**purge, "records": []}, {}),
        )
    ]
    done, registered = ansible.play(tasks)
    for name in ("template", "whole"):
        assert "records is a template that came out empty" in registered[name]["msg"], done.stdout
    assert registered["written"]["summary"]["deleted"] == 1, done.stdout
    assert registered["checked"]["record"]["id"] is None


def test_every_form_of_a_task_is_understood(ansible: Ansible) -> None:
    at = ansible.options("keystone")["url"]
    short = f"resource=team username=admin password='{PASSWORD}'"
    wrong = defaults(url=at, user="wrong", password="wrong")
    tasks = [
        {"name": "String", "action": f"{INFO} {short}"},
        {
            "name": "Dict",
            "action": {"module": INFO, **TEAMS, "username": "admin", "password": PASSWORD},
        },
        {"name": "Local", "local_action": f"{INFO} {short}"},
        {"name": "Short", INFO: short},
        {
            "name": "Loop",
            INFO: {**TEAMS, "username": "{{ item }}", "password": PASSWORD},
            "loop": ["admin", "admin"],
        },
    ]
    done = ansible.play(tasks, module_defaults=wrong)[0]
    assert done.returncode == 0, done.stdout
    given = f"url={at} {short} user=wrong token= verify=yes"
    done = ansible.run("ansible", "localhost", "-m", INFO, "-a", given)
    assert "Both option username and its alias user are set." in done.stdout + done.stderr
