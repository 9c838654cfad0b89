# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the options of TLS, without importing TLS."""

from __future__ import annotations

import os
from typing import Any

from ..exceptions import ConfigurationError

_NO_PATHS = frozenset(("", "0", "1", "false", "no", "none", "off", "on", "true", "yes"))


def tls_options(
    verify: Any,
    ca_path: str | os.PathLike[str] | None,
    client_cert: str | os.PathLike[str] | None,
    client_key: str | os.PathLike[str] | None,
    client_key_password: str | None,
) -> tuple[Any, str | None, str | None, str | None, str | None]:
    """Return the arguments of `tls.TlsSettings`.

    Args:
        verify: `True` or `None` to check certificates, `False` not to; or, as httpx takes it, a
            path that stands for `ca_path`, or an `ssl.SSLContext`.
        ca_path: See `TlsSettings`, as for the rest.
        client_cert: A path.
        client_key: A path.
        client_key_password: A passphrase.

    Raises:
        ConfigurationError: A value cannot be used, or options exclude each other.
    """
    if client_key is not None and client_cert is None:
        raise ConfigurationError(
            "'client_key' is given without 'client_cert': give 'client_cert', which may be the same"
            " file"
        )
    if isinstance(verify, (str, os.PathLike)) and str(verify).strip().lower() not in _NO_PATHS:
        if ca_path is not None:
            raise ConfigurationError(
                "'verify' is a path and 'ca_path' is also given: give only one"
            )
        verify, ca_path = True, verify
    if hasattr(verify, "wrap_bio"):
        if ca_path is not None or client_cert is not None:
            raise ConfigurationError(
                "'verify' is an SSLContext, so 'ca_path' and 'client_cert' cannot be used: load"
                " these files into the context"
            )
    elif verify is None:
        verify = True
    elif not isinstance(verify, bool):
        raise ConfigurationError(
            f"'verify' must be True or False, not {verify!r:.40}: give the CA file as 'ca_path'"
        )
    return (
        verify,
        *(None if path is None else os.fspath(path) for path in (ca_path, client_cert, client_key)),
        client_key_password,
    )


def is_unverified(verify: Any) -> bool:
    """Tell whether certificates are not checked.

    Args:
        verify: As `tls_options` returned it.
    """
    return not verify or getattr(verify, "verify_mode", 1) == 0
