# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors that only Sequoia has; every other one is of `core.exceptions`."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..core.exceptions import ClientError, ConfigurationError, HTTPStatusError


class UnknownService(ClientError):
    """The registry does not name this service; the message lists those that it names."""


class ReferenceMismatch(ConfigurationError):
    """The content for a resource belongs to another one, or has no reference.

    Nothing was sent.
    """


class VersionMismatch(HTTPStatusError):
    """The resource has changed since it was read, and the update was refused."""


class LinkedFailure(NamedTuple):
    """A sub-request for linked resources that failed although the status is 200.

    Attributes:
        name: The relationship.
        status_code: The status of the sub-request; `None` if the server does not say.
        message: The server's words.
        request: The sub-request.
    """

    name: str
    status_code: int | None
    message: str
    request: str


class LinkedResourceError(ClientError):
    """Linked resources are missing from a response of 200: the server failed to read them.

    Attributes:
        failures: The sub-requests that failed.
    """

    failures: tuple[LinkedFailure, ...] = ()


class PartlyStored(ClientError):
    """Some of the parts in which a long list was stored are stored, and the next one failed.

    `cause` says why.

    Attributes:
        stored: The items that are stored, as the server answered them.
    """

    stored: tuple[Any, ...] = ()

    @property
    def status_code(self) -> int | None:
        """The status with which the part was refused, or `None` if there was no response."""
        return self.response.status_code if self.response is not None else None
