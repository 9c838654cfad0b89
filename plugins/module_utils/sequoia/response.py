# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answers of the services, unwrapped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..core import messages
from ..core.exceptions import SerializationError
from ..core.http import Response
from .errors import LinkedFailure
from .names import camel, dashed


class ResourceResponse:
    """A response of a resource endpoint: a page of a list, or the resources read or written.

    Args:
        response: The response.
        key: The name of the resource in bodies, `flowInstances`; `""` for answers that are not
            about resources.
        data: The body, if it is not that of `response`.
        model: Makes the model of the body; `None` if models are off.

    Attributes:
        data: The whole body as JSON; `None` for an empty one.
        key: See above.
        response: See above: `headers`, `url`, `elapsed`, `attempts`, `correlation_id`.
    """

    __slots__ = ("__weakref__", "_model", "data", "key", "response")

    def __init__(
        self,
        response: Response,
        key: str = "",
        *,
        data: Any = None,
        model: Callable[[Any], Any] | None = None,
    ) -> None:
        self.response = response
        self.key = key
        self.data = response.json() if data is None else data
        self._model = model

    def __repr__(self) -> str:
        return (
            f"<ResourceResponse {self.status} {self.response.request.method} {self.response.url}>"
        )

    @property
    def status(self) -> int:
        """The status, 200 to 299; also 404 if a repeated DELETE found nothing left to delete."""
        return self.response.status_code

    @property
    def resources(self) -> Any:
        """The resources, a list; the whole body if it has none of that name.

        `None` if there is no body or no resource was asked for.
        """
        if not self.key:
            return None
        return self.data.get(self.key, self.data) if isinstance(self.data, Mapping) else self.data

    def listed(self) -> list[dict[str, Any]]:
        """Return the resources, which must be a list of objects.

        Raises:
            SerializationError: The response has no such list.
        """
        found = self.resources
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise SerializationError(
                f"{self!r}: the response has no list of {self.key}",
                request=self.response.request,
                response=self.response,
            )
        return found

    @property
    def json(self) -> Any:
        """The resources, or the whole body if no resource was asked for."""
        return self.resources if self.key else self.data

    @property
    def meta(self) -> Mapping[str, Any]:
        """The metadata of the response.

        Paging, counts and the sub-requests for linked resources.
        """
        return _mapping(self.data, "meta")

    def linked(self, name: str) -> list[Any] | None:
        """Return the linked resources of a relationship, or `None` if the response has none."""
        found = _named(_mapping(self.data, "linked"), name)
        return found if isinstance(found, list) else None

    def linked_requests(self, name: str) -> list[Mapping[str, Any]]:
        """Return the sub-requests for a relationship, as the response describes them."""
        entries = _named(_mapping(self.meta, "linked"), name)
        return (
            [entry for entry in entries if isinstance(entry, Mapping)]
            if isinstance(entries, list)
            else []
        )

    def with_linked(self, linked: Mapping[str, list[Any]]) -> ResourceResponse:
        """Return the same response with other linked resources for these relationships."""
        if not linked or not isinstance(self.data, Mapping):
            return self
        data = {**self.data, "linked": {**_mapping(self.data, "linked"), **linked}}
        return ResourceResponse(self.response, self.key, data=data, model=self._model)

    @property
    def linked_failures(self) -> tuple[LinkedFailure, ...]:
        """The sub-requests for linked resources that failed."""
        failures = []
        for name in _mapping(self.meta, "linked"):
            for entry in self.linked_requests(name):
                status = entry.get("statusCode")
                # Some entries have no status, and their error is all that tells them from a
                # success.
                if "error" in entry or (isinstance(status, int) and status >= 400):
                    words = entry.get("message") or entry.get("error") or "failed"
                    failures.append(
                        LinkedFailure(
                            name,
                            status if isinstance(status, int) else None,
                            messages.one_line(str(words)),
                            str(entry.get("request", "")),
                        )
                    )
        return tuple(failures)

    @property
    def model(self) -> Any:
        """The resources, each a copy with its linked resources under the name of the relationship.

        `None` if there are no resources, or the client was made without `model_resolution`. The
        value of a relationship is `None` if it cannot be resolved: the descriptor does not know it,
        or the response lacks the references.
        """
        return None if self._model is None else self._model(self)


def _mapping(value: Any, key: str) -> Mapping[str, Any]:
    inner = value.get(key) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _named(found: Mapping[str, Any], name: str) -> Any:
    return next((found[form] for form in (name, camel(name), dashed(name)) if form in found), None)
