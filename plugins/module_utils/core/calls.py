# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flows of one connection's calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from . import paging, urls
from .call_factory import CallFactory
from .encoding import reusable
from .engine import Engine
from .exceptions import ClientError
from .flow import Flow, SingleFlight
from .http import Response
from .runtime import Runtime
from .session import Session


class Calls(CallFactory):
    """The calls of one connection, for flows: `connection.calls`.

    `request` builds a call and sends it. A flow that needs more builds a call with `build` and
    sends it through `engine`.

    Args:
        engine: Sends the calls.
        runtime: Clock, randomness and sleep.
        page_styles: The paging styles of the service.
        origin: See `CallFactory`.
        prefix: See `CallFactory`.
        **settings: The other arguments of `CallFactory`.

    Attributes:
        engine: See above.
        runtime: See above.
    """

    __slots__ = ("_page_styles", "engine", "runtime")

    def __init__(
        self,
        engine: Engine,
        runtime: Runtime,
        page_styles: Sequence[paging.PageStyle],
        origin: str,
        prefix: str,
        **settings: Any,
    ) -> None:
        super().__init__(origin, prefix, **settings)
        self.engine = engine
        self.runtime = runtime
        self._page_styles = page_styles

    def request(
        self,
        method: str,
        path: str,
        params: urls.Params = None,
        *,
        raise_on_error: bool = True,
        **options: Any,
    ) -> Flow[Response]:
        """Send one request.

        Args:
            method: See `build`.
            path: See `build`.
            params: See `build`.
            raise_on_error: Raise an error if the status is not 2xx; default `True`.
            **options: See `build`.

        Raises:
            ClientError: See `Connection.request`.
        """
        call = self.build(method, path, params, **options)
        send = self.engine.checked if raise_on_error else self.engine.send
        response: Response = yield from send(call)
        return response

    def pages(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        paginate: Any = "auto",
        method: str = "GET",
        json: Any = None,
        **options: Any,
    ) -> Flow[None]:
        """Read a list, emitting its pages. For the arguments and errors see `Connection.pages`."""
        options = reusable(options, "options")
        link_options = {name: options[name] for name in options if name != "path_params"}
        query = reusable(params or {}, "params")
        settings = paging.Paginate(paginate, self._page_styles, path)

        def read(query: Mapping[str, Any], content: paging.Body) -> Flow[Response]:
            return self.request(method, path, query, json=content, read_only=True, **options)

        def follow(link: str) -> Flow[Response]:
            # A link that does not begin with the base URL is refused, as a path with a scheme is.
            path = link
            if link.startswith(f"{self.base_url}/"):
                path = link.removeprefix(self.base_url)
            return self.request(method, urls.escape_braces(path), read_only=True, **link_options)

        yield from paging.pages(read, query, json, settings, follow)

    def log_in(self) -> Flow[None]:
        """Log in, unless there is a session."""
        keeper = self.engine.keeper
        if keeper.current() is None:
            yield SingleFlight(lambda: keeper.renew(None), self.retry.max_time)

    def log_out(self, method: str, path: str) -> Flow[None]:
        """End the session, if there is one.

        Args:
            method: The method for `path`.
            path: The path that ends a session; `""` if the service has none.
        """
        session = self.engine.keeper.current()
        if session is not None and path:
            with suppress(ClientError):
                # Not through the keeper: a session that has already ended must not be renewed.
                path = f"{path}?{session.query}" if session.query else path
                headers = self.credentials(session, path)
                yield from self.engine.send(
                    self.build(method, path, headers=headers, retry=1, authenticate=False)
                )
        self.engine.keeper.forget()

    def credentials(self, session: Session, path: str) -> dict[str, str]:
        """Return the headers that present a session, for a call that does not log in."""
        url = f"{self.base_url}{path}"
        return dict(session.credentials_for(self.origin, url, self.runtime.clock()))
