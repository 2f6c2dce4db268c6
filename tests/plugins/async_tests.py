"""Runs `async def` tests and fixtures, and fails a test that holds the event loop for over 100 ms.

Each test has one event loop in debug mode, shared with its async fixtures and opened when first used. A
fixture's code before and after its `yield` runs as two tasks, so a task group or timeout cannot span them.
Only the test itself is held to the limit: a fixture may create a schema, a use case may not block others.

pytest-asyncio was rejected: it has no limit for callbacks, and the limit needs a hand on the loop anyway.
"""

import asyncio
import functools
import gc
import inspect
import math
import time
import weakref
from asyncio.base_events import _format_handle  # type: ignore[attr-defined]
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

SLOW_CALLBACK_SECONDS = 0.1
"""Processor time: on a machine with more to do than cores, wall time says little about a callback."""

BLOCKED_SECONDS = 10.0
"""Wall time, for a callback that slept or waited. Long: a busy machine stops processes for seconds."""


class WatchedLoop:
    """One event loop in debug mode, which notes the callbacks that held it for too long."""

    def __init__(self) -> None:
        self.slow_callbacks: list[str] = []
        self._runner = asyncio.Runner(debug=True)
        loop = self._runner.get_loop()
        loop.slow_callback_duration = math.inf  # asyncio itself measures wall time
        # All checks of debug mode, but not the stack of whoever made a callback, a future or (in aiohttp) a
        # request, for which each file of pytest's was looked up: half of what tests of AWS took.
        vars(loop)["get_debug"] = lambda: False
        _WATCHED[loop] = self

    def note(self, handle: asyncio.Handle, processor: float, wall: float) -> None:
        """Takes down a callback that held the loop."""
        if processor > SLOW_CALLBACK_SECONDS or wall > BLOCKED_SECONDS:
            what = _format_handle(handle)
            self.slow_callbacks.append(f"{what} took {processor:.3f} s of processor, {wall:.3f} s in all")

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(coroutine)

    def close(self) -> None:
        self._runner.close()


_WATCHED: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, WatchedLoop] = weakref.WeakKeyDictionary()


class _Collector:
    """Adds up what garbage collection takes: it walks all that pytest keeps alive, whoever set it off."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._began = 0.0
        gc.callbacks.append(self._note)

    def _note(self, phase: str, _: object) -> None:
        if phase == "start":
            self._began = time.thread_time()
        else:
            self.seconds += time.thread_time() - self._began


_collector = _Collector()


def _measured(run: Callable[[asyncio.Handle], None]) -> Callable[[asyncio.Handle], None]:
    def measured(handle: Any) -> None:  # noqa: ANN401 - asyncio's own, with a private attribute
        processor, wall, collecting = time.thread_time(), time.perf_counter(), _collector.seconds
        run(handle)
        watched = _WATCHED.get(handle._loop)
        if watched is not None:
            collected = _collector.seconds - collecting
            watched.note(handle, time.thread_time() - processor - collected, time.perf_counter() - wall)

    return measured


setattr(asyncio.Handle, "_run", _measured(asyncio.Handle._run))  # noqa: B010 - asyncio offers no hook


_LOOP = pytest.StashKey[WatchedLoop]()


def _loop_of(item: pytest.Item) -> WatchedLoop:
    if _LOOP not in item.stash:
        item.stash[_LOOP] = WatchedLoop()
    return item.stash[_LOOP]


@pytest.fixture
def run_async(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs a coroutine on the test's loop, for what cannot be `async def`: a Hypothesis state machine."""
    return _loop_of(request.node).run


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    test = pyfuncitem.obj
    if inspect.iscoroutinefunction(test):
        test = _as_function(test, pyfuncitem)
    elif inspect.iscoroutinefunction(_inner_test(test)):
        test = _given_as_function(test, pyfuncitem)
    elif _LOOP not in pyfuncitem.stash:
        return None
    loop = _loop_of(pyfuncitem)
    loop.slow_callbacks.clear()
    test(**{name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames})
    if loop.slow_callbacks and pyfuncitem.get_closest_marker("slow_callbacks_ok") is None:
        pytest.fail("The event loop was held:\n" + "\n".join(loop.slow_callbacks), pytrace=False)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    function = fixturedef.func
    replacement: Callable[..., object]
    if inspect.isasyncgenfunction(function):
        replacement = _as_generator(function, request)
    elif inspect.iscoroutinefunction(function):
        replacement = _as_function(function, request.node)
    else:
        return (yield)
    if fixturedef.scope != "function":
        pytest.fail(f"The async fixture {fixturedef.argname} must have function scope.", pytrace=False)
    # Put back at once: the definition outlives this test, the loop does not.
    vars(fixturedef)["func"] = replacement
    try:
        return (yield)
    finally:
        vars(fixturedef)["func"] = function


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    try:
        return (yield)
    finally:
        if _LOOP in item.stash:
            item.stash[_LOOP].close()
            del item.stash[_LOOP]


def _as_function(
    function: Callable[..., Coroutine[Any, Any, object]], item: pytest.Item
) -> Callable[..., object]:
    @functools.wraps(function)
    def run(*args: object, **kwargs: object) -> object:
        return _loop_of(item).run(function(*args, **kwargs))

    return run


def _inner_test(test: Callable[..., object]) -> object:
    """What Hypothesis calls once per example; nothing where the test does not use it."""
    return getattr(getattr(test, "hypothesis", None), "inner_test", None)


def _given_as_function(test: Any, item: pytest.Item) -> Callable[..., None]:  # noqa: ANN401 - set by Hypothesis
    def run(**kwargs: object) -> None:
        # Put back at once: the parameter sets of a test share its function, not its loop.
        inner_test = test.hypothesis.inner_test
        test.hypothesis.inner_test = _as_function(inner_test, item)
        try:
            test(**kwargs)
        finally:
            test.hypothesis.inner_test = inner_test

    return run


def _as_generator(
    function: Callable[..., AsyncGenerator[object, None]], request: pytest.FixtureRequest
) -> Callable[..., Iterator[object]]:
    @functools.wraps(function)
    def run(*args: object, **kwargs: object) -> Iterator[object]:
        loop = _loop_of(request.node)
        generator = function(*args, **kwargs)
        yield loop.run(_next(generator))
        if loop.run(_is_finished(generator)):
            return
        pytest.fail(f"The async fixture {request.fixturename} yields more than once.", pytrace=False)

    return run


async def _next(generator: AsyncGenerator[object, None]) -> object:
    return await anext(generator)


async def _is_finished(generator: AsyncGenerator[object, None]) -> bool:
    try:
        await anext(generator)
    except StopAsyncIteration:
        return True
    await generator.aclose()
    return False
