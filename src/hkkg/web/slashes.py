"""Addresses with a slash at their end too many or too few, which lead to the address that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.responses import RedirectResponse
from starlette.requests import Request
from starlette.routing import Match

from hkkg.web.pages import base_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

    from hkkg.web.service import Service


def install(app: FastAPI, service: Service) -> None:
    """Lead on by the address under which clients know the service; the framework takes the request's host."""
    router = app.router

    async def lead_on(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        other = path.rstrip("/") if path.endswith("/") else f"{path}/"
        if not any(route.matches({**scope, "path": other})[0] is not Match.NONE for route in router.routes):
            await router.not_found(scope, receive, send)
            return
        request = Request(scope)
        base = base_of(request, service)
        target = request.url.replace(path=other, scheme="", netloc="")
        await RedirectResponse(base + str(target).lstrip("/"))(scope, receive, send)

    router.redirect_slashes = False
    router.default = lead_on
