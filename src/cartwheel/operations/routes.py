"""Operations over HTTP, for admins only."""

from collections.abc import AsyncIterator
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from cartwheel.accounts import Accounts
from cartwheel.edge.caller import Admin
from cartwheel.edge.errors import documented
from cartwheel.edge.paging import DEFAULT_LIMIT, Cursor, Limit, next_link
from cartwheel.edge.routing import api_router
from cartwheel.edge.spreadsheets import CSV, attachment, line
from cartwheel.kernel.clock import iso
from cartwheel.operations.schemas import (
    DeadLetterOut,
    EntryOut,
    JobOut,
    PartOut,
    QueueOut,
    ReplayedOut,
    RunOut,
    SystemOut,
)
from cartwheel.operations.service import Operations, System

QueueName = Annotated[str, Path(alias="queue", min_length=1, max_length=64)]
MessageId = Annotated[str, Path(alias="messageId", min_length=1, max_length=64)]
JobName = Annotated[str, Path(alias="job", min_length=1, max_length=64)]
Id = Annotated[str | None, Query(min_length=1, max_length=200)]


def router(operations: Operations, system: System, accounts: Accounts) -> APIRouter:
    """``/queues``, ``/jobs``, ``/audit`` and ``/system``."""
    routes = api_router("operations")
    _add_queues(routes, operations)
    _add_jobs(routes, operations)
    _add_audit(routes, operations, accounts)

    @routes.get("/system", responses=documented(401, 403))
    async def get_system(_: Admin) -> SystemOut:
        """Of what the shop is made here, and whether its parts answer. No secrets."""
        return SystemOut(
            topology=system.topology,
            versions=system.versions,
            platform=system.platform,
            began_at=system.began_at,
            uptime_seconds=system.uptime,
            parts=[PartOut.of(health) for health in await system.health()],
        )

    return routes


def _add_queues(routes: APIRouter, operations: Operations) -> None:
    @routes.get("/queues", responses=documented(401, 403))
    async def list_queues(_: Admin) -> list[QueueOut]:
        """All queues: what waits, since when, and what was given up."""
        return [QueueOut.of(state) for state in await operations.queues()]

    @routes.get("/queues/{queue}/dead-letters", responses=documented(400, 401, 403, 404))
    async def list_dead_letters(
        request: Request, response: Response, queue: QueueName, _: Admin, cursor: Cursor = None
    ) -> list[DeadLetterOut]:
        """The messages of a queue that were given up, the oldest first."""
        page = await operations.dead_letters(queue, cursor)
        next_link(request, response, page.next)
        return [DeadLetterOut.of(letter) for letter in page.items]

    @routes.post("/queues/{queue}/dead-letters/replay", responses=documented(401, 403, 404))
    async def replay_dead_letters(queue: QueueName, caller: Admin) -> ReplayedOut:
        """Put up to 50 of them back into their queue, the oldest first."""
        replayed, more = await operations.replay_all(queue, caller.user_id or "")
        return ReplayedOut(replayed=replayed, more=more)

    @routes.post(
        "/queues/{queue}/dead-letters/{messageId}/replay",
        status_code=204,
        responses=documented(401, 403, 404),
    )
    async def replay_dead_letter(queue: QueueName, message_id: MessageId, caller: Admin) -> None:
        """Put one back into its queue. One that is gone already is fine."""
        await operations.replay(queue, message_id, caller.user_id or "")

    @routes.delete(
        "/queues/{queue}/dead-letters/{messageId}", status_code=204, responses=documented(401, 403, 404)
    )
    async def discard_dead_letter(queue: QueueName, message_id: MessageId, caller: Admin) -> None:
        """Forget one for good. One that is gone already is fine."""
        await operations.discard(queue, message_id, caller.user_id or "")


def _add_jobs(routes: APIRouter, operations: Operations) -> None:
    @routes.get("/jobs", responses=documented(401, 403))
    async def list_jobs(_: Admin) -> list[JobOut]:
        """What is due by the clock, and how it went the last time."""
        return [JobOut.of(job) for job in await operations.jobs()]

    @routes.get("/jobs/{job}/runs", responses=documented(400, 401, 403, 404))
    async def list_job_runs(
        request: Request,
        response: Response,
        job: JobName,
        _: Admin,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[RunOut]:
        """The runs of a job within the last seven days, the latest first."""
        page = await operations.runs(job, cursor, limit)
        next_link(request, response, page.next)
        return [RunOut.of(run) for run in page.items]

    @routes.post("/jobs/{job}/run", status_code=204, responses=documented(401, 403, 404, 409))
    async def run_job(job: JobName, caller: Admin) -> None:
        """Have a worker run a job now: its next run is due from this moment on."""
        await operations.ask(job, caller.user_id or "")


def _add_audit(routes: APIRouter, operations: Operations, accounts: Accounts) -> None:
    @routes.get("/audit", responses=documented(400, 401, 403))
    async def list_audit_entries(
        request: Request,
        response: Response,
        _: Admin,
        actor: Id = None,
        subject: Id = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[EntryOut]:
        """What the staff did, the newest first: all of it, by one of them, or about one thing."""
        page = await operations.entries(actor, subject, cursor, limit)
        next_link(request, response, page.next)
        ids = list(dict.fromkeys(entry.actor for entry in page.items))
        users = {user.user_id: user for user in await accounts.get_users(ids) if user} if ids else {}
        return [EntryOut.of(entry, users) for entry in page.items]

    @routes.get("/audit/csv", response_class=Response, responses=documented(401, 403) | CSV)
    async def download_audit(_: Admin) -> Response:
        """The whole log as CSV, the newest entry first."""
        return attachment("audit.csv", _lines(operations))


async def _lines(operations: Operations) -> AsyncIterator[str]:
    yield line(["at", "actor", "action", "subject", "before", "after"])
    async for entries in operations.everything():
        for entry in entries:
            nested = [orjson.dumps(value).decode() for value in (entry.before, entry.after)]
            yield line([iso(entry.at), entry.actor, entry.action, entry.subject, *nested])
