"""What admins see of queues, jobs and the system, and do to them; and the log of that."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging import Event, Subscription, emit
from cartwheel.messaging.relay import Relay
from cartwheel.messaging.schedules import RUNS, Schedule, Timetable
from cartwheel.messaging.worker import Worker
from cartwheel.operations import Operations, Part, System
from cartwheel.operations.model import without_addresses, without_people
from cartwheel.shop import Shop
from tests.support.counting import CountingStore
from tests.support.shops import Customer, signed_in

Json = dict[str, Any]
ACCOUNT = {"email": "ann@example.com", "name": "Ann", "code": "123456", "orderId": "o-1", "amount": 5}


@pytest.fixture
async def admin(shop: Shop, http: httpx.AsyncClient) -> Customer:
    return (await signed_in(shop, http, "boss@example.com", ("admins",)))[0]


class Poisoned:
    """A consumer of the queue ``email`` that fails until it is mended."""

    def __init__(self, shop: Shop) -> None:
        self.is_mended = False
        self.heard: list[str] = []
        subscription = Subscription("email", frozenset({"Happened"}), self.handle)
        relay = Relay(shop.store, shop.clock, shop.queue, [subscription])
        self.worker = Worker(relay, shop.queue, [subscription], shop.timetable, [])

    async def handle(self, event: Event) -> None:
        if not self.is_mended:
            raise ValueError("no mail to <ann@example.com> now")
        self.heard.append(event.subject)

    async def give_up(self, shop: Shop, clock: ManualClock, count: int) -> None:
        for number in range(count):
            await shop.store.write(emit(shop.clock, "Happened", f"thing-{number}", ACCOUNT))
        for _ in range(5):
            await self.worker.drain()
            clock.advance(seconds=10)


async def got(who: Customer, path: str) -> Any:  # noqa: ANN401 - JSON
    answer = await who.http.get(path, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def of_email(admin: Customer) -> Json:
    return next(queue for queue in await got(admin, "/api/queues") if queue["name"] == "email")


@pytest.mark.every_engine
async def test_a_dead_letter_is_shown_without_people_and_replayed(
    shop: Shop, admin: Customer, clock: ManualClock
) -> None:
    poisoned = Poisoned(shop)
    await poisoned.give_up(shop, clock, 2)
    assert (await of_email(admin))["givenUp"] == 2
    letters = await got(admin, "/api/queues/email/dead-letters")
    assert [(letter["subject"], letter["type"], letter["tries"]) for letter in letters] == [
        ("thing-0", "Happened", 3),
        ("thing-1", "Happened", 3),
    ]
    assert letters[0]["payload"] == {
        "email": "…",
        "name": "…",
        "code": "…",
        "orderId": "o-1",
        "amount": 5,
    }
    assert "ann@" not in str(letters)
    poisoned.is_mended = True
    path = f"/api/queues/email/dead-letters/{letters[1]['messageId']}"
    for _ in range(2):  # again is fine
        answer = await admin.http.post(f"{path}/replay", headers=admin.headers)
        assert answer.status_code == 204
    assert (await of_email(admin))["waiting"] == 1
    await poisoned.worker.drain()
    assert poisoned.heard == ["thing-1"]
    assert [letter["subject"] for letter in await got(admin, "/api/queues/email/dead-letters")] == ["thing-0"]


async def test_all_are_replayed_a_page_at_a_time(shop: Shop, admin: Customer, clock: ManualClock) -> None:
    poisoned = Poisoned(shop)
    await poisoned.give_up(shop, clock, 52)
    poisoned.is_mended = True
    answers = []
    for _ in range(3):
        answer = await admin.http.post("/api/queues/email/dead-letters/replay", headers=admin.headers)
        answers.append((answer.json()["replayed"], answer.json()["more"]))
    assert answers == [(50, True), (2, False), (0, False)]
    await poisoned.worker.drain()
    assert sorted(poisoned.heard) == sorted(f"thing-{number}" for number in range(52))
    actions = [entry["action"] for entry in await got(admin, "/api/audit?subject=email")]
    assert actions == ["dead_letters.replayed"] * 2


async def test_a_dead_letter_is_discarded(shop: Shop, admin: Customer, clock: ManualClock) -> None:
    await Poisoned(shop).give_up(shop, clock, 1)
    message_id = (await got(admin, "/api/queues/email/dead-letters"))[0]["messageId"]
    path = f"/api/queues/email/dead-letters/{message_id}"
    assert (await admin.http.delete(path, headers=admin.headers)).status_code == 204
    assert await got(admin, "/api/queues/email/dead-letters") == []
    entries = await got(admin, f"/api/audit?subject={message_id}")
    assert [(entry["action"], entry["after"]) for entry in entries] == [
        ("dead_letter.discarded", {"queue": "email"})
    ]


async def test_queues_tell_what_waits_and_since_when(shop: Shop, admin: Customer, clock: ManualClock) -> None:
    began = clock()
    for number in range(3):
        event = Event(type="Waits", subject=f"thing-{number}", at=clock())
        await shop.queue.send("payments", [event])
        clock.advance(minutes=1)
    queues = {queue["name"]: queue for queue in await got(admin, "/api/queues")}
    assert set(queues) >= {"orders", "payments", "email", "analytics", "imports"}
    assert (queues["payments"]["waiting"], queues["payments"]["givenUp"]) == (3, 0)
    assert queues["payments"]["oldestAt"] == began.isoformat().replace("+00:00", "Z")
    assert queues["orders"]["oldestAt"] is None


def operated(shop: Shop, *schedules: Schedule) -> tuple[Operations, Worker]:
    timetable = Timetable(shop.store, shop.clock)
    operations = Operations(shop.store, shop.clock, shop.queue, ["email"], timetable, schedules)
    relay = Relay(shop.store, shop.clock, shop.queue, [])
    return operations, Worker(relay, shop.queue, [], timetable, schedules)


async def test_runs_of_jobs_are_logged_with_count_and_error(shop: Shop, clock: ManualClock) -> None:
    answers: list[int | Exception] = [7, ValueError("boom"), 0]

    async def run() -> int:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def other() -> int:
        return 1

    operations, worker = operated(
        shop, Schedule("tidy", timedelta(minutes=5), run), Schedule("other", timedelta(minutes=5), other)
    )
    for _ in range(3):
        await worker.run_due()
        clock.advance(minutes=5)
        await asyncio.sleep(0.002)  # ids of runs are in order to the millisecond
    runs = (await operations.runs("tidy", None, 10)).items
    assert [(run.count, run.error) for run in runs] == [(0, None), (0, "ValueError('boom')"), (7, None)]
    assert len((await operations.runs("other", None, 10)).items) == 3  # a failure holds no other job up
    clock.advance(days=8)
    assert (await operations.runs("tidy", None, 10)).items == []
    await shop.store.purge(RUNS)


@pytest.mark.every_engine
async def test_a_job_is_run_now_by_one_worker(shop: Shop, clock: ManualClock) -> None:
    runs = 0

    async def run() -> int:
        nonlocal runs
        runs += 1
        return 1

    operations, worker = operated(shop, Schedule("tidy", timedelta(days=1), run))
    _, rival = operated(shop, Schedule("tidy", timedelta(days=1), run))
    await worker.run_due()
    assert runs == 1
    for expected in (2, 3):
        clock.advance(seconds=5)
        await asyncio.gather(*(operations.ask("tidy", "ada") for _ in range(3)))
        await asyncio.gather(worker.run_due(), rival.run_due())
        assert runs == expected
    await worker.run_due()
    assert runs == 3
    assert (await operations.run("tidy")).count == 1


async def test_jobs_over_http(shop: Shop, admin: Customer) -> None:
    jobs = {job["name"]: job for job in await got(admin, "/api/jobs")}
    assert jobs["checkouts"]["continuous"] is True
    assert jobs["expired-rows"]["last"] is None
    answer = await admin.http.post("/api/jobs/expired-rows/run", headers=admin.headers)
    assert answer.status_code == 204
    await shop.worker().run_due()
    jobs = {job["name"]: job for job in await got(admin, "/api/jobs")}
    assert jobs["expired-rows"]["last"]["error"] is None
    assert len(await got(admin, "/api/jobs/expired-rows/runs")) == 1
    for path, status in (("checkouts/run", 409), ("nothing/run", 404)):
        answer = await admin.http.post(f"/api/jobs/{path}", headers=admin.headers)
        assert (path, answer.status_code) == (path, status)


async def test_the_audit_log_names_who_did_what(
    shop: Shop, http: httpx.AsyncClient, admin: Customer, clock: ManualClock
) -> None:
    boss = await shop.accounts.find_user("boss@example.com")
    _, carl_id = await signed_in(shop, http, "carl@example.com")
    assert boss is not None
    path = f"/api/admin/users/{carl_id}"
    clock.advance(seconds=1)
    assert (await http.post(f"{path}/disable", headers=admin.headers)).status_code == 200
    assert (await http.put(f"{path}/groups/vendors", headers=admin.headers)).status_code == 200
    entries = await got(admin, "/api/audit?limit=2")
    assert [(entry["action"], entry["before"], entry["after"]) for entry in entries] == [
        ("user.regrouped", {"groups": ["customers"]}, {"groups": ["customers", "vendors"]}),
        ("user.disabled", {"disabled": False}, {"disabled": True}),
    ]
    assert {(entry["actor"], entry["actorName"], entry["subject"]) for entry in entries} == {
        (boss.user_id, "Somebody", carl_id)
    }
    assert await got(admin, f"/api/audit?subject={carl_id}") == entries
    assert await got(admin, f"/api/audit?actor={boss.user_id}") == entries
    assert await got(admin, f"/api/audit?actor={carl_id}") == []
    table = await http.get("/api/audit/csv", headers=admin.headers)
    assert table.headers["content-type"].startswith("text/csv")
    assert [line.split(",")[2] for line in table.text.splitlines()] == [
        "action",
        "user.regrouped",
        "user.disabled",
    ]


async def test_the_system_tells_its_parts_and_no_secrets(
    shop: Shop, admin: Customer, clock: ManualClock
) -> None:
    first = await got(admin, "/api/system")
    clock.advance(minutes=2)
    system = await got(admin, "/api/system")
    assert system["uptimeSeconds"] - first["uptimeSeconds"] == 120
    assert system["topology"] == "local"
    parts = {part["name"]: (part["adapter"], part["state"]) for part in system["parts"]}
    scheme = shop.settings.database_url.partition(":")[0]
    assert parts["database"] == (scheme, "ok")
    for name in ("queue", "mail", "media", "search", "identity"):
        assert parts[name][1] == "ok"
    assert parts["payments"] == ("sandbox", "unknown")
    assert set(system["versions"]) == {"Cartwheel", "Python"}
    assert "@" not in str(system)


async def test_a_part_that_does_not_answer_is_down(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cartwheel.operations.service.CHECK_SECONDS", 0.05)

    async def refuses() -> None:
        raise OSError("connection refused")

    async def hangs() -> None:
        await asyncio.sleep(60)

    async def answers() -> None:
        return

    parts = [
        Part("one", "a", refuses),
        Part("two", "b", hangs),
        Part("three", "c", answers),
        Part("four", "d"),
    ]
    health = await System(clock, "local", parts, {}).health()
    assert [part.state for part in health] == ["down", "down", "ok", "unknown"]


async def test_only_admins_get_in(http: httpx.AsyncClient, shop: Shop) -> None:
    vera, _ = await signed_in(shop, http, "vera@example.com", ("vendors",))
    for path in ("queues", "queues/email/dead-letters", "jobs", "jobs/expired-rows/runs", "audit", "system"):
        assert (await http.get(f"/api/{path}")).status_code == 401
        assert (await http.get(f"/api/{path}", headers=vera.headers)).status_code == 403


async def test_lists_take_a_constant_number_of_calls(shop: Shop, admin: Customer, clock: ManualClock) -> None:
    store = shop.store
    assert isinstance(store, CountingStore)
    await Poisoned(shop).give_up(shop, clock, 5)
    queues = len(await got(admin, "/api/queues"))
    store.taken()
    for path, calls in (
        ("/api/queues", ["query queue_messages", "query dead_letters"] * queues),
        ("/api/queues/email/dead-letters", ["query dead_letters"]),
        ("/api/audit", ["query audit_log"]),
    ):
        await got(admin, path)
        assert store.taken() == ["get sessions", *calls]


def test_what_tells_of_people_is_left_out() -> None:
    payload = {
        "userId": "u-1",
        "productIds": ["p-1"],
        "status": "PAID",
        "text": "hello",
        "reason": "ask ann@example.com",
        "address": {"line1": "1 High St"},
        "amount": 7,
        "isNew": True,
        "nothing": None,
    }
    assert without_people(payload) == {
        "userId": "u-1",
        "productIds": ["p-1"],
        "status": "PAID",
        "text": "…",
        "reason": "…",
        "address": "…",
        "amount": 7,
        "isNew": True,
        "nothing": None,
    }
    assert without_addresses("to <Ann.B@example.com>: no") == "to <…>: no"
