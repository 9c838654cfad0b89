# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the modules that send any call."""

from __future__ import annotations

from typing import ClassVar

from ..module_utils.tasks.request import OPTIONS
from ..plugin_utils.documentation import GUIDES, fragment, options_of
from .call import RETRY

_ATTRIBUTES = {
    "check_mode": {
        "support": "partial",
        "details": [
            (
                "Calls that read are sent. Calls that write are not; C(changed) is then V(true) and"
                " RV(status) is V(null)."
            )
        ],
    },
    "diff_mode": {"support": "none"},
    "idempotent": {
        "support": "none",
        "details": ["A call that writes is sent each time, and reports C(changed)."],
    },
}
_DESCRIPTIONS = {
    "method": [
        (
            "The HTTP method, in upper or lower case. V(GET), V(HEAD) and V(OPTIONS) never report"
            " C(changed); the others always do, unless O(read_only=true)."
        )
    ],
    "path": [
        (
            "Path on the server, optionally with a query. The URL of another server is refused, so"
            " that credentials are not sent there."
        ),
        "Either O(path) or O(requests) is required.",
    ],
    "path_params": [
        (
            "Values for C({name}) in O(path), each encoded as one segment, whatever characters it"
            " contains. A null or empty value is an error."
        )
    ],
    "params": [
        (
            "Parameters to add to the query. A list repeats its key; a dict becomes C(key[inner])."
            " A text such as C(limit=2&offset=3) is parsed as a query."
        )
    ],
    "body": [
        (
            "Body of the call. A dict or a list is sent as JSON; a text is sent as it is, and as"
            " JSON if it contains a JSON object or list."
        ),
        (
            "A dict is sent as a form if O(headers) has C(Content-Type)"
            " V(application/x-www-form-urlencoded)."
        ),
        "With O(files), a dict of form fields.",
    ],
    "headers": ["Headers to send. They replace those that the client would send."],
    "files": [
        (
            "Files to upload as C(multipart/form-data). Each key is a field, each value a path, or"
            " a dict of V(path), V(filename) and V(content_type)."
        ),
        "Paths are on the machine where the call runs.",
    ],
    "src": ["A file to send as the body, on the machine where the call runs."],
    "dest": [
        (
            "File or folder to write the body of the response to, on the machine where the call"
            " runs. In a folder, the file is named after the last part of O(path)."
        ),
        (
            "The file is replaced only if its content differs, and then C(changed) is V(true). It"
            " keeps its owner, group and mode. A device or another special file is not replaced."
        ),
    ],
    "status_code": [
        "The statuses that count as success. If not set or empty, these are 200 to 299."
    ],
    "retry": [
        RETRY,
        (
            "By default up to 4 attempts within 120 seconds, and only if repeating the call is"
            " safe. V(1) turns it off."
        ),
    ],
    "read_only": [
        (
            "The call changes nothing although its method is not V(GET), for example a search by"
            " V(POST)."
        ),
        (
            "It is then sent in check mode, does not report C(changed), and may be repeated like a"
            " V(GET)."
        ),
    ],
    "paginate": [
        "Read a whole list, page by page, into RV(records).",
        (
            "V(auto) chooses the paging style by the path, or else by the first response. V(none)"
            " reads the list in one response. The name of a style, or a dict of V(style),"
            " V(page_size), V(limit) (of all records), V(items) and V(total) (dotted paths in the"
            " response), says more."
        ),
        (
            "The guide of each service lists its styles,"
            f" U({GUIDES}/playbooks.md) for Platform and Gateway."
        ),
    ],
    "requests": [
        (
            "Many calls in one task, sent concurrently with one login. Their results are in"
            " RV(results), in order."
        ),
        "An item uses the options of the task for those that it does not set.",
    ],
    "concurrency": ["Maximum number of O(requests) at a time."],
    "continue_on_error": [
        (
            "Do not fail the task if some of the O(requests) fail: see RV(failed_count) and"
            " RV(results[].ok). All of them are sent in any case."
        )
    ],
    "correlation_id": [
        (
            "Sent as C(X-Correlation-ID). By default, each call gets a new one; an empty text sends"
            " none."
        )
    ],
    "max_response_bytes": [
        "Maximum size of a response after decompression, in bytes. Not for O(dest)."
    ],
}


class ModuleDocFragment:
    """Options of a call, and the attributes of the modules."""

    DOCUMENTATION: ClassVar[str] = fragment(
        attributes=_ATTRIBUTES, options=options_of(OPTIONS, _DESCRIPTIONS)
    )
