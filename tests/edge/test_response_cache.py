"""The response cache: what it keeps, for how long, and that it never serves what was dropped."""

import asyncio

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from cartwheel.edge.response_cache import LIST_AGE, MAX_AGE, STALE_AGE, ResponseCache


class Application:
    """Counts its calls; its answer holds the count. ``gate`` keeps answers back until it is set."""

    def __init__(self) -> None:
        self.calls = 0
        self.status = 200
        self.headers = {"cache-control": "public", "cache-tags": "product:1", "x-request-id": "r"}
        self.called = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        self.calls += 1
        self.called.set()
        body = b"answer %d" % self.calls
        await self.gate.wait()
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def time() -> list[float]:
    return [1000.0]


@pytest.fixture
def cache(application: Application, time: list[float]) -> ResponseCache:
    return ResponseCache(application, ("/cached",), capacity=5000, clock=lambda: time[0])


async def get(cache: ResponseCache, path: str = "/cached", **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(cache), base_url="http://t") as client:
        return await client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


async def test_a_second_request_is_a_hit(cache: ResponseCache, application: Application) -> None:
    first, second = await get(cache), await get(cache)
    assert first.text == second.text == "answer 1"
    assert application.calls == 1
    assert "cache-tags" not in first.headers
    assert "cache-tags" not in second.headers
    assert first.headers["etag"] == second.headers["etag"]


async def test_the_query_is_part_of_the_key(cache: ResponseCache, application: Application) -> None:
    await get(cache, "/cached?a=1")
    await get(cache, "/cached?a=2")
    assert application.calls == 2


async def test_an_etag_spares_the_body(cache: ResponseCache) -> None:
    etag = (await get(cache)).headers["etag"]
    unchanged = await get(cache, If_None_Match=f'W/"x", {etag}')
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (await get(cache, If_None_Match='"other"')).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "control"),
    [("/other", 200, "public"), ("/cached", 404, "public"), ("/cached", 200, "private, no-store")],
)
async def test_what_is_not_kept(
    cache: ResponseCache, application: Application, path: str, status: int, control: str
) -> None:
    application.status, application.headers["cache-control"] = status, control
    await get(cache, path)
    await get(cache, path)
    assert application.calls == 2


async def test_a_dropped_tag_is_made_anew(cache: ResponseCache) -> None:
    await get(cache)
    cache.drop(["product:2"])
    assert (await get(cache)).text == "answer 1"
    cache.drop(["product:1"])
    assert (await get(cache)).text == "answer 2"


async def test_what_is_dropped_while_it_is_made_is_not_kept(
    cache: ResponseCache, application: Application
) -> None:
    application.gate.clear()
    making = asyncio.create_task(get(cache))
    await application.called.wait()
    cache.drop(["product:1"])
    application.gate.set()
    assert (await making).text == "answer 1"
    assert (await get(cache)).text == "answer 2"


async def test_one_request_makes_it_for_all(cache: ResponseCache, application: Application) -> None:
    application.gate.clear()
    waiting = [asyncio.create_task(get(cache)) for _ in range(20)]
    await application.called.wait()
    await asyncio.sleep(0.01)
    application.gate.set()
    assert {answer.text for answer in await asyncio.gather(*waiting)} == {"answer 1"}
    assert application.calls == 1


async def test_tagged_answers_grow_old(cache: ResponseCache, time: list[float]) -> None:
    await get(cache)
    time[0] += MAX_AGE - 1
    assert (await get(cache)).text == "answer 1"
    time[0] += 2
    assert (await get(cache)).text == "answer 2"


async def test_lists_are_renewed_by_one_request(
    cache: ResponseCache, application: Application, time: list[float]
) -> None:
    application.headers["cache-tags"] = "list"
    await get(cache)
    time[0] += LIST_AGE + 0.1
    application.called.clear()
    application.gate.clear()
    renewing = asyncio.create_task(get(cache))
    await application.called.wait()
    application.gate.set()
    assert (await renewing).text == "answer 2"
    time[0] += STALE_AGE + 0.1
    assert (await get(cache)).text == "answer 3"


async def test_the_least_used_goes_first(cache: ResponseCache, application: Application) -> None:
    for number in range(4):
        await get(cache, f"/cached?{number}")
    await get(cache, "/cached?0")
    await get(cache, "/cached?4")
    calls = application.calls
    await get(cache, "/cached?0")
    assert application.calls == calls
    await get(cache, "/cached?1")
    assert application.calls == calls + 1


async def test_clear_forgets_everything(cache: ResponseCache, application: Application) -> None:
    await get(cache, "/cached?1")
    await get(cache, "/cached?2")
    cache.clear()
    await get(cache, "/cached?1")
    await get(cache, "/cached?2")
    assert application.calls == 4


async def test_an_error_is_passed_on_and_not_waited_for() -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("broken")

    cache = ResponseCache(broken, ("/cached",))
    for _ in range(2):
        with pytest.raises(RuntimeError, match="broken"):
            await get(cache)
