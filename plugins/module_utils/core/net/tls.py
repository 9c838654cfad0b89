# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS: how a server's certificate is checked, and which one is shown to it."""

from __future__ import annotations

import functools
import os
import ssl
import sys
from contextlib import suppress

from ..exceptions import ConfigurationError
from .httplib import httpcore


class TlsSettings:
    """How a server's certificate is checked and which one is shown to it.

    Args:
        verify: Check the server's certificate and name.
        ca_path: A PEM file, or a folder of hashed ones; `None` for `SSL_CERT_FILE` or
            `SSL_CERT_DIR`, else the system's and the HTTP library's own authorities.
        client_cert: A PEM file with the certificate to show, and possibly its key.
        client_key: A PEM file with its key.
        client_key_password: What the key is encrypted with; `None` for a plain key.
    """

    __slots__ = ("ca_path", "client_cert", "client_key", "client_key_password", "verify")

    def __init__(
        self,
        verify: bool = True,
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

    def context(self) -> ssl.SSLContext:
        """Return the context for these settings: one per process, made anew where a file has
        changed.

        Raises:
            ConfigurationError: A file cannot be read or does not hold what it should, or a
                passphrase does not open it.
        """
        authorities = next(
            (
                (name, os.environ[name])
                for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")
                if os.environ.get(name)
            ),
            ("ca_path", None),
        )
        files = (
            ("ca_path", self.ca_path) if self.ca_path else authorities,
            ("client_cert", self.client_cert),
            ("client_key", self.client_key),
        )
        given = ", ".join(f"{name}={path}" for name, path in files if path)
        try:
            stamps = tuple(os.stat(path).st_mtime_ns if path else 0 for dummy, path in files)
            return _context(
                self.verify,
                files[0][1],
                self.client_cert,
                self.client_key,
                self.client_key_password,
                stamps,
            )
        except ssl.SSLError as exc:
            if self.client_cert is not None and _is_encrypted(self.client_key or self.client_cert):
                passphrase = (
                    "does not open the key"
                    if self.client_key_password
                    else "is missing and the key is encrypted"
                )
                raise ConfigurationError(
                    f"TLS files cannot be used ({given}): client_key_password {passphrase}"
                ) from None
            raise ConfigurationError(
                f"TLS files cannot be used ({given}): {exc.strerror or exc}", cause=exc
            ) from exc
        except OSError as exc:
            raise ConfigurationError(
                f"TLS files cannot be used ({given}): {exc.strerror or exc}", cause=exc
            ) from exc


def _is_encrypted(path: str) -> bool:
    with open(path, "rb") as file:
        return b"ENCRYPTED" in file.read()


@functools.lru_cache(maxsize=32)
def _context(
    verify: bool,
    ca_path: str | None,
    cert: str | None,
    key: str | None,
    password: str | None,
    dummy_stamps: tuple[int, ...],
) -> ssl.SSLContext:
    context = httpcore.default_ssl_context() if ca_path is None and verify else _another()
    if ca_path is not None:
        folder = os.path.isdir(ca_path)
        context.load_verify_locations(None if folder else ca_path, ca_path if folder else None)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if cert is not None:
        # Without a password callback OpenSSL would ask on the terminal and hang a playbook.
        context.load_cert_chain(cert, key, password=lambda: password or "")
    context.set_alpn_protocols(["http/1.1"])
    # The core sets them anew for each connection, in the middle of another thread's handshake
    # maybe.
    vars(context)["set_alpn_protocols"] = lambda dummy: None
    return context


def _another() -> ssl.SSLContext:
    with suppress(IndexError):
        return _spare.pop()
    return _blank()


def _blank() -> ssl.SSLContext:
    """Return a context that trusts nobody yet and checks what Python's own default checks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT if sys.version_info >= (3, 13) else 0
    return context


_spare: list[ssl.SSLContext] = []


def prepare() -> None:
    """Make now what every process needs that uses TLS, so that its forks need not: the context of
    the usual authorities, and one for authorities to come.
    """
    TlsSettings().context()
    no_tls()
    _spare.append(_blank())


@functools.cache
def no_tls() -> ssl.SSLContext:
    """Return the context for plain http: it trusts no authority, so that nothing reached through it
    by TLS can pass unverified.
    """
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
