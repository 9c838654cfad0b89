# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors: one root class, one line, and copies for other processes."""

from __future__ import annotations

import ast
import copy
import inspect
import pickle
import sys
import threading

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import exceptions, metadata
from ansible_collections.restops.clients.plugins.module_utils.core.http import Request, Response

KINDS = [
    exceptions.ClientError,
    exceptions.ConfigurationError,
    exceptions.RequestError,
    exceptions.HTTPStatusError,
    exceptions.SerializationError,
    exceptions.AuthenticationError,
]
REQUEST = Request("GET", "/x", "https://host.example/x", {})
RESPONSE = Response(404, {"a": "b"}, b"{}", REQUEST)


def copied_by_pickle(error):
    return pickle.loads(pickle.dumps(error))


@pytest.mark.parametrize("kind", KINDS)
def test_everything_has_one_root(kind):
    error = kind("what, why, what next")

    assert isinstance(error, exceptions.ClientError)
    assert str(error) == error.message == "what, why, what next"
    assert error.args == ("what, why, what next",)
    assert (error.request, error.response, error.cause) == (None, None, None)


def test_an_error_can_be_reworded():
    error = exceptions.RequestError("no response")
    error.reword("it is unknown if it was run: no response")

    assert str(error) == error.message == "it is unknown if it was run: no response"
    assert copied_by_pickle(error).message == error.message


def test_bad_arguments_and_bad_json_are_value_errors_too():
    assert issubclass(exceptions.ConfigurationError, ValueError)
    assert issubclass(exceptions.SerializationError, ValueError)


def test_the_request_of_an_error_is_that_of_its_response_unless_another_is_given():
    other = Request("GET", "/y", "https://host.example/y", {})
    assert exceptions.HTTPStatusError("m", response=RESPONSE).request is REQUEST
    assert exceptions.ClientError("m", response=RESPONSE, request=other).request is other


def test_an_error_is_about_the_call_of_its_cause_unless_another_is_given():
    other = Request("GET", "/y", "https://host.example/y", {})
    cause = exceptions.HTTPStatusError("m", response=RESPONSE)
    error = exceptions.ClientError("n", cause=cause)
    assert (error.request, error.response, error.during_login) == (REQUEST, RESPONSE, False)
    assert exceptions.ClientError("n", cause=cause, request=other).response is None
    refused = exceptions.AuthenticationError("m", response=RESPONSE)
    assert exceptions.ClientError("n", cause=refused).during_login
    assert exceptions.AuthenticationError("n", cause=error).during_login


ORDER = ["exceptions", "jsonutils", "messages", "http"]


@pytest.mark.parametrize("module", ORDER)
def test_errors_and_responses_do_not_import_each_other(module):
    tree = ast.parse(inspect.getsource(sys.modules[f"{exceptions.__package__}.{module}"]))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            imported |= {node.module} if node.module else {alias.name for alias in node.names}
    assert imported.isdisjoint(ORDER[ORDER.index(module) :])


@pytest.mark.parametrize(
    "copied", [copied_by_pickle, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_errors_travel_whole(kind, copied):
    # Other clients' errors cannot be copied, or fail when they are unpacked in the other
    # process.
    error = kind("message", request=REQUEST, response=RESPONSE)
    error.own = "mark"

    twin = copied(error)

    assert twin.__class__ is kind
    assert twin is not error
    assert (str(twin), twin.message, twin.args, twin.own) == (
        "message",
        "message",
        ("message",),
        "mark",
    )
    assert twin.request.url == REQUEST.url
    assert (twin.response.status_code, twin.response.content, twin.response.request.method) == (
        404,
        b"{}",
        "GET",
    )


@pytest.mark.parametrize("copied", [copied_by_pickle, copy.deepcopy], ids=["pickle", "deepcopy"])
def test_a_cause_that_cannot_travel_stays_behind(copied):
    error = exceptions.RequestError("message", cause=OSError(threading.Lock()))

    assert copied(error).cause is None
    assert error.cause is not None


def test_a_copy_in_the_same_process_keeps_its_cause():
    cause = OSError("broken")
    with pytest.raises(exceptions.RequestError) as caught:
        raise exceptions.RequestError("message", cause=cause) from cause
    twin = copy.copy(caught.value)

    assert twin.cause is twin.__cause__ is cause
    # Not that of the first: two threads must not write into one traceback.
    assert twin.__traceback__ is None


@pytest.mark.parametrize(
    "copied", [copied_by_pickle, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"]
)
def test_whether_something_was_sent_travels_along(copied):
    error = exceptions.RequestError("message")
    assert (error.sent, error.stale, error.permanent) == (True, False, False)
    error.sent, error.stale, error.permanent = False, True, True

    twin = copied(error)

    assert (twin.sent, twin.stale, twin.permanent) == (False, True, True)


def test_a_status_is_read_from_the_response():
    assert exceptions.HTTPStatusError("m", response=RESPONSE).status_code == 404
    assert exceptions.HTTPStatusError("m").status_code == 0
    assert exceptions.AuthenticationError("m", response=RESPONSE).status_code == 404
    assert exceptions.AuthenticationError("m").status_code == 0


def test_the_project_names_itself_to_servers():
    assert f"restops-clients/{metadata.VERSION}" == metadata.USER_AGENT
    assert metadata.NAME == "restops_clients"
    assert metadata.AUTHOR
