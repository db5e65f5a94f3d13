"""The pages by their addresses. Starlette is imported here, and this module when a page is served.

Pages are read in threads: a stream of events goes on while a long report is put together.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, StreamingResponse
from starlette.routing import Route

from sessions.errors import (
    BadInput,
    Busy,
    NoSuchSession,
    NoSuchTicket,
    NotSetUp,
    WaggleError,
    of_system,
)
from workers.integrations.web.answering import answer
from workers.integrations.web.fleet import Fleet
from workers.integrations.web.following import Logs, stream
from workers.integrations.web.listing import Wanted
from workers.integrations.web.pages import Shown, stopped

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from workers.integrations.web.pages import Pages

_FORM_BYTES, _FIELDS = 64 * 1024, 10
_STATUS_OF = {NoSuchSession: 404, NotSetUp: 404, NoSuchTicket: 409, BadInput: 400, Busy: 503}


class Site:
    """The pages of a root, as a browser asks for them."""

    def __init__(self, pages: Pages) -> None:
        """Take what is shown."""
        self._pages, self._logs, self._fleet = pages, Logs(pages.root), Fleet(pages.root)

    async def sessions(self, request: Request) -> Response:
        """Answer with the list."""
        query = request.query_params
        wanted = Wanted(query.get("status", ""), query.get("text", ""))
        return await self._page(request, lambda shown: self._pages.sessions(shown, wanted))

    async def session(self, request: Request) -> Response:
        """Answer with a session."""
        session_id, answered = _name(request), request.query_params.get("answered", "")
        return await self._page(
            request, lambda shown: self._pages.session(shown, session_id, answered)
        )

    async def report(self, request: Request) -> Response:
        """Answer with a worker's report."""
        session_id, worker = _name(request), request.path_params["worker"]
        return await self._page(
            request, lambda shown: self._pages.report(shown, session_id, worker)
        )

    async def synthesis(self, request: Request) -> Response:
        """Answer with a session's synthesis."""
        return await self._page(request, lambda shown: self._pages.synthesis(shown, _name(request)))

    async def receipts(self, request: Request) -> Response:
        """Answer with a session's receipts."""
        return await self._page(request, lambda shown: self._pages.receipts(shown, _name(request)))

    async def fleet(self, request: Request) -> Response:
        """Answer with the fleet, or that its database has not answered."""
        look, is_late = await self._fleet.look()
        return await self._page(
            request, lambda shown: self._pages.fleet(shown, look, is_late=is_late)
        )

    async def answer(self, request: Request) -> Response:
        """Take the owner's answer, and go back to the session."""
        session_id, ticket_id = _name(request), request.path_params["ticket_id"]
        text = await _field(request, "answer")
        try:
            await asyncio.to_thread(answer, self._pages.root, session_id, ticket_id, text)
        except (WaggleError, OSError) as error:
            shown = Shown(request.scope["nonce"], "")
            return _stopped(shown, of_system(error), unsent=text)
        where = f"/sessions/{quote(session_id)}?answered={quote(ticket_id)}#answers"
        return RedirectResponse(where, 303)

    async def events(self, request: Request) -> Response:
        """Answer with a stream that says which sessions change."""
        last = request.headers.get("last-event-id") or request.query_params.get("last")
        return StreamingResponse(stream(self._logs, last), media_type="text/event-stream")

    async def _page(self, request: Request, made: Callable[[Shown], str]) -> Response:
        """Answer with a page; what stops it is a page too."""

        def render() -> Response:
            # Before the page is read: what happens meanwhile is told once more.
            shown = Shown(request.scope["nonce"], self._logs.look().id)
            try:
                return HTMLResponse(made(shown))
            except (WaggleError, OSError) as error:
                return _stopped(shown, of_system(error), request.path_params.get("session_id", ""))

        return await asyncio.to_thread(render)


def application(pages: Pages) -> Starlette:
    """Return the pages of a root, unguarded."""
    site = Site(pages)
    gets: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
        ("/", site.sessions),
        ("/events", site.events),
        ("/fleet", site.fleet),
        ("/sessions/{session_id}", site.session),
        ("/sessions/{session_id}/synthesis", site.synthesis),
        ("/sessions/{session_id}/receipts", site.receipts),
        ("/sessions/{session_id}/workers/{worker}", site.report),
    ]
    post = Route("/sessions/{session_id}/answers/{ticket_id}", site.answer, methods=["POST"])
    routes = [*(Route(path, made, methods=["GET"]) for path, made in gets), post]
    return Starlette(routes=routes, exception_handlers={HTTPException: _no_page})


def _name(request: Request) -> str:
    return str(request.path_params["session_id"])


async def _field(request: Request, name: str) -> str:
    """Return a field of a form; raises HTTPException for one that is too long, or not of ours."""
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > _FORM_BYTES:
            raise HTTPException(413)
    text = data.decode("utf-8", "replace")
    try:
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        raise HTTPException(400) from None
    return fields.get(name, [""])[-1]


def _stopped(shown: Shown, error: WaggleError, session_id: str = "", unsent: str = "") -> Response:
    status = _STATUS_OF.get(type(error), 409)
    return HTMLResponse(stopped(shown, error, session_id, unsent), status)


async def _no_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    problem = WaggleError("There is no such page.", "")
    if status == 413:
        problem = WaggleError("The form is too long.", "Nothing was recorded.")
    elif status == 400:
        problem = WaggleError("The form has more fields than an answer.", "Nothing was recorded.")
    elif status == 405:
        problem = WaggleError("Nothing can be sent to this address.", "")
    shown = Shown(request.scope["nonce"], "")
    return HTMLResponse(stopped(shown, problem), status)
