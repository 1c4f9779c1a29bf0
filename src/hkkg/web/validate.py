"""`/validate`: a form for people, and for programs a report in any format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from anyio import to_thread
from fastapi.responses import Response

from hkkg import formats
from hkkg.errors import HkkgError
from hkkg.validation import engines
from hkkg.web import pages, protocol, submission, validator
from hkkg.web.problems import status_of
from hkkg.web.validation_job import Job

if TYPE_CHECKING:
    from anyio import CapacityLimiter
    from fastapi import FastAPI, Request

    from hkkg.config import Limits
    from hkkg.web.submission import Submission
    from hkkg.web.validation_job import Outcome

_NAMES: Final = [known.name for known in submission.REPORT_FORMATS if known is not formats.HTML]


class Validation:
    """The routes of validation, under the same limits as queries."""

    def __init__(self, limits: Limits, limiter: CapacityLimiter) -> None:
        """Share the limit of how much runs at a time."""
        self._limits = limits
        self._limiter = limiter

    def install(self, app: FastAPI) -> None:
        """Add the routes."""
        app.add_route("/validate", self.validate, methods=protocol.ALLOWED.split(", "))

    async def validate(self, request: Request) -> Response:
        """Answer a document with a report; without one, with a form."""
        if request.method == "OPTIONS":
            accepted = ", ".join(submission.ACCEPTED)
            return Response(status_code=204, headers={"Allow": protocol.ALLOWED, "Accept-Post": accepted})
        if request.method != "POST":
            return _page(request)
        given = await submission.read(request, self._limits)
        chosen = protocol.choose(request.headers.get("accept"), given.format, submission.REPORT_FORMATS)
        job = Job(
            tuple(given.data),
            tuple(given.shapes),
            given.engine,
            chosen.name,
            pages.language(request),
            self._limits,
        )
        try:
            outcome = await to_thread.run_sync(validator.run, job, limiter=self._limiter)
        except HkkgError as error:
            if chosen is not formats.HTML:
                raise
            return _page(request, status_of(error), given=given, problem=str(error))
        if chosen is formats.HTML:
            return _page(request, given=given, outcome=outcome)
        headers = {"Vary": "Accept, Accept-Language"}
        return Response(outcome.body, media_type=chosen.media_type, headers=headers)


def _page(
    request: Request,
    status: int = 200,
    *,
    given: Submission | None = None,
    outcome: Outcome | None = None,
    problem: str | None = None,
) -> Response:
    return pages.page(
        request,
        "validate.html",
        status,
        outcome=outcome,
        problem=problem,
        data=given.text_of("data") if given else "",
        shapes=given.text_of("shapes") if given else "",
        formats=_NAMES,
        engines=(engines.AUTO, *engines.NAMES),
    )
