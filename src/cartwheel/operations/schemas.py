"""The JSON of the routes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from cartwheel.accounts import User
from cartwheel.audit import Entry
from cartwheel.messaging import DeadLetter
from cartwheel.messaging.schedules import Run
from cartwheel.operations.model import Health, JobState, QueueState, without_addresses, without_people


class _Json(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class QueueOut(_Json):
    """A queue. ``waiting`` is counted up to 1000, ``givenUp`` up to 50."""

    name: str
    waiting: int
    oldest_at: datetime | None
    given_up: int

    @classmethod
    def of(cls, state: QueueState) -> "QueueOut":
        """The queue as it is told."""
        return cls(name=state.name, waiting=state.waiting, oldest_at=state.oldest_at, given_up=state.given_up)


class DeadLetterOut(_Json):
    """A message that was given up. What of its payload may tell who somebody is, is left out."""

    message_id: str
    type: str
    subject: str
    reason: str
    tries: int
    at: datetime
    died_at: datetime
    payload: dict[str, Any]

    @classmethod
    def of(cls, letter: DeadLetter) -> "DeadLetterOut":
        """The message as it is told."""
        return cls(
            message_id=letter.message_id,
            type=letter.event.type,
            subject=letter.event.subject,
            reason=without_addresses(letter.reason),
            tries=letter.receives,
            at=letter.event.at,
            died_at=letter.died_at,
            payload=without_people(letter.event.payload),
        )


class ReplayedOut(_Json):
    """How many messages are in their queue again, and whether more wait to be replayed."""

    replayed: int
    more: bool


class RunOut(_Json):
    """A run of a job. ``count`` is how many things it dealt with."""

    run_id: str
    began_at: datetime
    milliseconds: int
    count: int
    error: str | None

    @classmethod
    def of(cls, run: Run) -> "RunOut":
        """The run as it is told."""
        error = without_addresses(run.error) if run.error else None
        return cls(
            run_id=run.run_id,
            began_at=run.began_at,
            milliseconds=run.milliseconds,
            count=run.count,
            error=error,
        )


class JobOut(_Json):
    """A job. ``continuous`` ones are run by every worker all the time, and not logged.

    ``at`` is the time of day, in UTC, of those that are due once a day.
    """

    name: str
    every_seconds: float
    at: str | None = Field(examples=["02:00"])
    continuous: bool
    due_at: datetime | None
    last: RunOut | None

    @classmethod
    def of(cls, job: JobState) -> "JobOut":
        """The job as it is told."""
        return cls(
            name=job.schedule.name,
            every_seconds=job.schedule.every.total_seconds(),
            at=f"{job.schedule.at:%H:%M}" if job.schedule.at else None,
            continuous=job.schedule.shared,
            due_at=job.due_at,
            last=RunOut.of(job.last) if job.last else None,
        )


class EntryOut(_Json):
    """What somebody of the staff did. ``actorName`` is empty for the command line, and for who was erased."""

    entry_id: str
    at: datetime
    actor: str
    actor_name: str
    action: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]

    @classmethod
    def of(cls, entry: Entry, users: Mapping[str, User]) -> "EntryOut":
        """The entry as it is told."""
        user = users.get(entry.actor)
        return cls(
            **entry.model_dump(exclude={"shard"}), actor_name=(user.name or user.email) if user else ""
        )


class PartOut(_Json):
    """A part of the system. ``unknown``: it cannot be asked without doing something."""

    name: str
    adapter: str
    state: Literal["ok", "down", "unknown"]
    milliseconds: int | None

    @classmethod
    def of(cls, health: Health) -> "PartOut":
        """The part as it is told."""
        return cls(
            name=health.name, adapter=health.adapter, state=health.state, milliseconds=health.milliseconds
        )


class SystemOut(_Json):
    """Of what the process that answers is made, and how its parts are."""

    topology: str
    versions: dict[str, str]
    platform: str
    began_at: datetime
    uptime_seconds: int = Field(description="Of the process that answers.")
    parts: list[PartOut]
