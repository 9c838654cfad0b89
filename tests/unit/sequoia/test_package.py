# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The public names of the package, and the costs of importing it."""

from __future__ import annotations

import copy
import os
import pathlib
import pickle
import subprocess
import sys
import textwrap

import pytest
from ansible_collections.restops.clients.plugins.module_utils import sequoia
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.plugins.module_utils.sequoia import errors


def test_public_names() -> None:
    for name in sequoia.__all__:
        assert (
            getattr(sequoia, name).__module__.startswith(sequoia.__name__)
            if name != "criteria"
            else sequoia.criteria.Criteria is sequoia.Criteria
        )
    assert sequoia.__getattr__("criteria") is sequoia.criteria
    assert dir(sequoia) == sorted(sequoia.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        assert sequoia.nonsense


def test_importing_is_light() -> None:
    code = f"""
        import sys
        import {sequoia.__name__} as sequoia
        assert not [name for name in sys.modules if name.startswith("{sequoia.__name__}.")]
        sequoia.Client
        heavy = [name for name in ("httpx", "asyncio", "backoff", "ssl") if name in sys.modules]
        assert heavy in ([], ["ssl"]), heavy
    """
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(
            [
                str(pathlib.Path(sequoia.__file__).resolve().parents[6]),
                *filter(None, sys.path),
            ]
        ),
    }
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], env=environment, check=True)


@pytest.mark.parametrize(
    "kind",
    [
        errors.UnknownService,
        errors.ReferenceMismatch,
        errors.VersionMismatch,
        errors.LinkedResourceError,
        errors.PartlyStored,
    ],
)
def test_errors_travel(kind: type[ClientError]) -> None:
    error = kind("what to do")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert isinstance(twin, kind)
        assert twin.message == str(twin) == "what to do"
    assert issubclass(errors.ReferenceMismatch, ValueError)
