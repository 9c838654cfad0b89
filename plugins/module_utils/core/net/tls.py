# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS contexts."""

from __future__ import annotations

import functools
import os
import ssl
import sys
from contextlib import suppress

from ..exceptions import ConfigurationError
from .httplib import httpcore


class TlsSettings:
    """The settings of TLS: the check of the server, and the certificate of the client.

    Args:
        verify: Check the server's certificate and name; or a context of the caller, which replaces
            all other settings.
        ca_path: A PEM file, or a folder of hashed ones; `None` for `SSL_CERT_FILE` and
            `SSL_CERT_DIR`, else the system's and the HTTP library's own authorities.
        client_cert: A PEM file with the client's certificate, and possibly its key.
        client_key: A PEM file with its key.
        client_key_password: The passphrase of an encrypted key; `None` for a plain one.
    """

    __slots__ = ("ca_path", "client_cert", "client_key", "client_key_password", "verify")

    def __init__(
        self,
        verify: bool | ssl.SSLContext = True,
        ca_path: str | None = None,
        client_cert: str | None = None,
        client_key: str | None = None,
        client_key_password: str | None = None,
    ) -> None:
        self.verify = verify
        self.ca_path = ca_path
        self.client_cert = client_cert
        self.client_key = client_key
        self.client_key_password = client_key_password

    def _authorities(self) -> tuple[tuple[str, str], ...]:
        """Return the sources of authorities, and the file or folder of each.

        A source is an option or a variable. There is none for the usual authorities, or if
        certificates are not checked.
        """
        if not self.verify:
            return ()
        if self.ca_path is not None:
            return (("'ca_path'", self.ca_path),)
        folders = os.environ.get("SSL_CERT_DIR", "").split(os.pathsep)
        named = [
            ("SSL_CERT_FILE", os.environ.get("SSL_CERT_FILE")),
            *(("SSL_CERT_DIR", folder) for folder in folders),
        ]
        return tuple((name, path) for name, path in named if path)

    def stamp(self) -> tuple[object, ...]:
        """Return a value that changes when one of the files does.

        Connections that were made before a change are not used afterwards.
        """
        if isinstance(self.verify, ssl.SSLContext):
            return (self.verify,)
        authorities = self._authorities()
        watched = (
            *([path for dummy, path in authorities] or (_usual_files() if self.verify else ())),
            self.client_cert,
            self.client_key,
        )
        return (authorities, *map(_stamp, watched))

    def context(self) -> ssl.SSLContext:
        """Return the TLS context: one per process, and a new one after a file has changed.

        Raises:
            ConfigurationError: A file cannot be read or does not contain what it should, or a
                passphrase does not open it.
        """
        if isinstance(self.verify, ssl.SSLContext):
            return self.verify
        return _context(
            self.verify,
            self._authorities(),
            self.client_cert,
            self.client_key,
            self.client_key_password,
            self.stamp(),
        )


def _stamp(path: str | None) -> tuple[int, int, int] | None:
    if path is None:
        return None
    with suppress(OSError, ValueError):
        found = os.stat(path)
        return found.st_mtime_ns, found.st_ino, found.st_size
    return None


@functools.cache
def _usual_files() -> tuple[str, str]:
    paths = ssl.get_default_verify_paths()
    return paths.openssl_cafile, paths.openssl_capath


@functools.lru_cache(maxsize=32)
def _context(
    verify: bool,
    authorities: tuple[tuple[str, str], ...],
    cert: str | None,
    key: str | None,
    password: str | None,
    dummy_stamp: tuple[object, ...],
) -> ssl.SSLContext:
    context = _empty() if authorities or not verify else httpcore.default_ssl_context()
    missing = [_load_authority(context, name, path) for name, path in authorities]
    if missing and all(missing):
        raise next(error for error in missing if error is not None)
    if verify:
        # The common name of a certificate is not the name of a host (RFC 9525 section 2).
        context.hostname_checks_common_name = False
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if cert is not None:
        _load_certificate(context, cert, key, password)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _load_authority(context: ssl.SSLContext, name: str, path: str) -> ConfigurationError | None:
    """Trust the authorities of a file or folder.

    Returns:
        The error of a folder that is missing: one of several may be.

    Raises:
        ConfigurationError: Not such a file.
    """
    try:
        if os.path.isdir(path):
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(path)
    except ssl.SSLError as exc:
        raise _unusable(name, path, "it contains no certificate in PEM form", exc) from exc
    except (OSError, ValueError) as exc:
        error = _unusable(name, path, getattr(exc, "strerror", "") or str(exc), exc)
        if name == "SSL_CERT_DIR":
            return error
        raise error from exc
    return None


def _load_certificate(
    context: ssl.SSLContext, cert: str, key: str | None, password: str | None
) -> None:
    held = [_content("'client_cert'", cert), _content("'client_key'", key or cert)]
    if b"-----BEGIN CERTIFICATE" not in held[0]:
        raise _unusable("'client_cert'", cert, "it contains no certificate in PEM form")
    if b"PRIVATE KEY-----" not in held[1]:
        if key is None:
            raise _unusable("'client_cert'", cert, "it contains no private key: give 'client_key'")
        raise _unusable("'client_key'", key, "it contains no private key in PEM form")
    try:
        # Without this callback OpenSSL would ask on the terminal, and a playbook would hang.
        context.load_cert_chain(cert, key, password=lambda: password or "")
    except ssl.SSLError as exc:
        if exc.reason == "KEY_VALUES_MISMATCH":
            why = "the key in it" if key is None else f"the key in 'client_key' ({key})"
            raise _unusable("'client_cert'", cert, f"{why} is not that of its certificate") from exc
        name, path = ("'client_cert'", cert) if key is None else ("'client_key'", key)
        if b"ENCRYPTED" not in held[1]:
            raise _unusable(name, path, exc.reason or "it is damaged", exc) from exc
        wrong = (
            "'client_key_password' does not open the key"
            if password
            else "the key is encrypted: give 'client_key_password'"
        )
        raise _unusable(name, path, wrong) from None


def _content(name: str, path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as exc:
        raise _unusable(name, path, getattr(exc, "strerror", "") or str(exc), exc) from exc


def _unusable(name: str, path: str, why: str, cause: Exception | None = None) -> ConfigurationError:
    return ConfigurationError(f"{name} cannot be used: {path}: {why}", cause=cause)


def _empty() -> ssl.SSLContext:
    with suppress(IndexError):
        return _spare.pop()
    return _blank()


def _blank() -> ssl.SSLContext:
    """Return a context that trusts no authority yet and checks what Python's own default checks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT if sys.version_info >= (3, 13) else 0
    return context


_spare: list[ssl.SSLContext] = []


def prepare() -> None:
    """Make the TLS contexts that every process needs, so that forks inherit them.

    These are the context with the usual authorities, and an empty one.
    """
    TlsSettings().context()
    _spare.append(_blank())
