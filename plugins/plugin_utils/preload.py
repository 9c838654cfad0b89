# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preparations that the main process makes when it imports this, once for all its forks.

No socket, thread or event loop is made.
"""

from __future__ import annotations

import encodings.idna
import gc
from contextlib import suppress

from ..module_utils.core import connection
from ..module_utils.core.net import httplib, tls, transport
from ..module_utils.tasks import request
from . import rehearsal
from .display import show

LOADED = (
    connection,
    encodings.idna,
    request,
    transport,
)

if httplib.IMPORT_ERROR is None:
    # Reading the usual authorities takes 30 ms; forks inherit the result.
    with suppress(OSError, ValueError):
        tls.prepare()
    rehearsal.rehearse()
show()
# The garbage collector ignores all objects that exist by now: in a fork, visiting an object copies
# its page of memory. Without this, a run with one call takes about 300 ms more CPU.
gc.freeze()
