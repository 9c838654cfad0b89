# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of every module that sends any call."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of a call, and what the attributes mean for it."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    support: partial
    details:
      - Calls that read are sent. Calls that write are not; C(changed) is then V(true) and RV(status) is V(null).
  diff_mode:
    support: none
  idempotent:
    support: none
    details:
      - A call that writes is sent each time, and reports C(changed).
options:
  method:
    description:
      - The method of the call, also in lower case. V(GET), V(HEAD) and V(OPTIONS) never report C(changed); the others always do, unless O(read_only=true).
    type: str
    choices: [GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS]
    default: GET
  path:
    description:
      - Path on the server, and possibly a query. A URL of another server is refused, so that credentials stay where they belong.
      - One of O(path) and O(requests) is needed.
    type: str
  path_params:
    description:
      - Values for C({name}) in O(path), each encoded as one segment, whatever characters it holds. A null or empty value is an error.
    type: dict
  params:
    description:
      - Parameters that are added to the query. A list repeats its key; a dict becomes C(key[inner]). A text such as C(limit=2&offset=3) is read as a query.
    type: dict
  body:
    description:
      - Body of the call. A dict or a list is sent as JSON; a text is sent as it is, and as JSON if it holds a JSON object or list.
      - A dict is sent as a form if O(headers) has C(Content-Type) V(application/x-www-form-urlencoded).
      - Beside O(files), a dict of form fields.
    type: raw
  headers:
    description:
      - Headers of your own; they stand in place of those the client would send.
    type: dict
  files:
    description:
      - Files to upload as C(multipart/form-data). Each key is a field, each value a path, or a dict of V(path), V(filename) and V(content_type).
      - Paths are on the machine where the call runs.
    type: dict
  src:
    description:
      - A file to send as the body, on the machine where the call runs.
    type: path
  dest:
    description:
      - Where to write the answer's body, on the machine where the call runs. A folder takes the last part of O(path) as the file's name.
      - The file is only replaced if its content differs; C(changed) says so. It keeps its owner, group and mode. A device or another special file is not
        replaced.
    type: path
  status_code:
    description:
      - The statuses that count as success. If it is not given, or empty, 200 to 299.
    type: list
    elements: int
  retry:
    description:
      - A number of tries, or a dict of V(max_tries), V(max_time) in seconds, V(statuses), V(methods) and V(wait), which is V(exponential), V(fibonacci),
        V(constant) or a number of seconds.
      - By default up to 4 tries within 120 seconds, and only if repeating is safe. V(1) turns it off.
    type: raw
  read_only:
    description:
      - Declares that the call changes nothing although its method is not V(GET), a search by V(POST) for example.
      - It is then sent in check mode, does not report C(changed), and may be repeated like a V(GET).
    type: bool
    default: false
  paginate:
    description:
      - Read a whole list, page by page, into RV(records).
      - V(auto) takes the way from the path, or else from the first answer. V(none) takes the list of one answer. A style's name, or a dict of V(style),
        V(page_size), V(limit) (records in all), V(items) and V(total) (dotted paths into the answer), says more.
      - The styles of each service are listed in its guide, U(https://github.com/restops/clients/tree/main/docs/playbooks.md) for Platform and Gateway.
    type: raw
  requests:
    description:
      - Many calls in one task, sent concurrently with one login; the answers are in RV(results), in order.
      - What an item does not say is taken from the task.
    type: list
    elements: dict
    suboptions:
      method:
        description:
          - As O(method).
        type: str
        choices: [GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS]
      path:
        description:
          - As O(path).
        type: str
        required: true
      path_params:
        description:
          - As O(path_params).
        type: dict
      params:
        description:
          - As O(params).
        type: dict
      body:
        description:
          - As O(body).
        type: raw
      headers:
        description:
          - As O(headers).
        type: dict
      status_code:
        description:
          - As O(status_code).
        type: list
        elements: int
      timeout:
        description:
          - As O(timeout).
        type: float
      retry:
        description:
          - As O(retry).
        type: raw
      read_only:
        description:
          - As O(read_only).
        type: bool
  concurrency:
    description:
      - How many of the O(requests) may be under way at a time.
    type: int
    default: 8
  continue_on_error:
    description:
      - Do not fail the task if one of the O(requests) fails; RV(failed_count) and each item's V(ok) tell. All are sent in any case.
    type: bool
    default: false
  correlation_id:
    description:
      - Sent as C(X-Correlation-ID). By default each call gets an id of its own; an empty text sends none.
    type: str
  max_response_bytes:
    description:
      - The most bytes that a decoded answer may have. Does not count for O(dest).
    type: int
    default: 67108864
"""
