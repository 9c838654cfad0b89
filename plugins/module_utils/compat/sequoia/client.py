# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of the SDK, around the one of this library."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ...core.exceptions import ConfigurationError
from ...core.net import conversion
from ...sequoia import client as core
from ...sequoia.hub import CONTENT_TYPE
from .error import sdk_errors

if TYPE_CHECKING:
    import httpx
    from typing_extensions import Self

_PACKAGE = core.__name__.rpartition(".")[0]


class Wrapper:
    """A wrapper of an object of this library that raises the errors of the SDK.

    The object is a client, service, endpoint, browse or response. All its attributes are there;
    responses also have those of the SDK.

    Args:
        inner: The object of this library.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __repr__(self) -> str:
        return repr(self._inner)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *dir(self._inner)})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.startswith("_"):
            return getattr(self.raw, name[1:])
        with sdk_errors():
            return _wrap(getattr(self._inner, name))

    def __getitem__(self, name: str) -> Any:
        with sdk_errors():
            return _wrap(self._inner[name])

    def __iter__(self) -> Iterator[Any]:
        with sdk_errors():
            for item in self._inner:
                yield _wrap(item)

    @property
    def raw(self) -> httpx.Response:
        """The response; the SDK has one of requests."""
        with sdk_errors():
            return conversion.as_httpx(self._page.response)

    @property
    def full_json(self) -> Any:
        """The whole body."""
        with sdk_errors():
            return self._page.data

    def to_object(self) -> Any:
        """Return the resources as objects with attributes."""
        with sdk_errors():
            text = json.dumps(self._page.resources)
        return json.loads(text, object_hook=lambda found: SimpleNamespace(**found))

    @property
    def _page(self) -> Any:
        return getattr(self._inner, "page", self._inner)


class Client(Wrapper):
    """A client. Arguments may be given by position, in the order of the SDK.

    Args:
        registry_url: The registry, with the owner.
        proxies: A proxy's URL by scheme.
        user_agent: Put before the client's own.
        backoff_strategy: The strategy of repetitions.
        adapters: Not supported; `transport` takes a transport of httpx.
        request_timeout: Seconds for one attempt.
        model_resolution: Make models.
        correlation_id: Sent with every request.
        user_id: With `application_id`, the beginning of every correlation id.
        application_id: See `user_id`.
        content_type: The content type of bodies.
        **options: Credentials, and further arguments of `restops_clients.sequoia.Client`.

    Raises:
        ValueError: An argument is not usable.
    """

    def __init__(
        self,
        registry_url: str,
        proxies: Any = None,
        user_agent: str | None = None,
        backoff_strategy: Any = None,
        adapters: Any = None,
        request_timeout: float | None = None,
        model_resolution: Any = None,
        correlation_id: str | None = None,
        user_id: str | None = None,
        application_id: str | None = None,
        content_type: str | None = None,
        **options: Any,
    ) -> None:
        if adapters is not None:
            raise ConfigurationError("adapters are not supported: give a transport of httpx")
        super().__init__(
            core.Client(
                registry_url,
                proxies=proxies,
                user_agent=user_agent,
                backoff_strategy=backoff_strategy,
                request_timeout=request_timeout,
                model_resolution=model_resolution,
                correlation_id=correlation_id,
                user_id=user_id,
                application_id=application_id,
                content_type=content_type or CONTENT_TYPE,
                **options,
            )
        )
        self.user_id = user_id.strip() if user_id else None
        self.application_id = application_id.strip() if application_id else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *dummy: object) -> None:
        self._inner.close()


def _wrap(value: Any) -> Any:
    if type(value).__module__.startswith(_PACKAGE):
        return Wrapper(value)
    if not callable(value):
        return value

    @functools.wraps(value)
    def call(*args: Any, **options: Any) -> Any:
        with sdk_errors():
            return _wrap(value(*args, **options))

    return call
