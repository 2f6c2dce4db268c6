"""The runner of async tests: what it offers, and with tests inside tests, what it must not let pass."""

import asyncio
import contextvars
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest_plugins = ["pytester"]

REQUEST_ID = contextvars.ContextVar("REQUEST_ID", default="none")


@pytest.fixture
async def loop_of_fixture() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


@pytest.fixture
async def request_id() -> AsyncIterator[str]:
    REQUEST_ID.set("from the fixture")
    await asyncio.sleep(0)
    yield "r-1"
    assert REQUEST_ID.get() == "from the test"


async def test_a_test_shares_its_loop_with_its_fixtures(loop_of_fixture: asyncio.AbstractEventLoop) -> None:
    assert asyncio.get_running_loop() is loop_of_fixture


async def test_the_loop_makes_the_checks_of_debug_mode() -> None:
    loop = asyncio.get_running_loop()
    with pytest.raises(RuntimeError, match="Non-thread-safe operation"):
        await asyncio.to_thread(loop.call_soon, print)


async def test_a_test_shares_its_context_with_its_fixtures(request_id: str) -> None:
    assert (request_id, REQUEST_ID.get()) == ("r-1", "from the fixture")
    REQUEST_ID.set("from the test")


def test_a_plain_test_may_use_async_fixtures(loop_of_fixture: asyncio.AbstractEventLoop) -> None:
    assert not loop_of_fixture.is_running()


def test_a_plain_test_may_run_coroutines(run_async: Callable[[Coroutine[Any, Any, str]], str]) -> None:
    assert run_async(asyncio.sleep(0, "done")) == "done"


class TestInAClass:
    @pytest.fixture
    async def of_the_class(self) -> type:
        await asyncio.sleep(0)
        return type(self)

    async def test_fixtures_and_tests_are_bound(self, of_the_class: type) -> None:
        assert of_the_class is type(self)


@pytest.mark.parametrize("offset", [1, 2])
@given(number=st.integers())
async def test_hypothesis_calls_async_tests(number: int, offset: int) -> None:
    await asyncio.sleep(0)
    assert number + offset > number


@pytest.mark.slow_callbacks_ok(reason="shows that the marker works")
async def test_the_marker_allows_a_slow_callback() -> None:
    until = time.thread_time() + 0.11
    while time.thread_time() < until:
        pass


@pytest.fixture
def inner(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest("pytest_plugins = ['tests.plugins.async_tests', 'tests.plugins.closed_sockets']")
    return pytester


BUSY = "until = time.thread_time() + 0.11\n    while time.thread_time() < until: pass"


@pytest.mark.parametrize("held", [BUSY, "time.sleep(0.3)"])
def test_a_slow_callback_fails_the_test(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    monkeypatch.setattr("tests.plugins.async_tests.BLOCKED_SECONDS", 0.25)
    inner.makepyfile(f"import time\nasync def test_blocks():\n    {held}")
    result = inner.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*The event loop was held:*", "*test_blocks* s of processor, * s in all"])


def test_an_assertion_in_an_async_test_fails_it(inner: pytest.Pytester) -> None:
    inner.makepyfile("async def test_is_wrong(): assert 1 == 2")
    inner.runpytest_inprocess().assert_outcomes(failed=1)


def test_an_error_after_the_yield_of_a_fixture_is_reported(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import pytest

        @pytest.fixture
        async def broken():
            yield
            raise ValueError("in clean-up")

        async def test_uses_it(broken): pass
        """
    )
    inner.runpytest_inprocess().assert_outcomes(passed=1, errors=1)


def test_a_wider_scope_is_refused(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="session")
        async def shared(): return 1

        async def test_uses_it(shared): pass
        """
    )
    result = inner.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*The async fixture shared must have function scope.*"])
