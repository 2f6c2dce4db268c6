"""Runs `async def` tests and fixtures, and fails a test that holds the event loop for over 100 ms.

Each test has one event loop in debug mode, shared with its async fixtures and opened when first used. A
fixture's code before and after its `yield` runs as two tasks, so a task group or timeout cannot span them.
Only the test itself is held to the limit: a fixture may create a schema, a use case may not block others.

pytest-asyncio was rejected: it has no limit for callbacks, and the limit needs a hand on the loop anyway.
"""

import asyncio
import functools
import inspect
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

SLOW_CALLBACK_SECONDS = 0.1


class WatchedLoop(logging.Handler):
    """One event loop in debug mode, which notes the callbacks that held it for too long."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.slow_callbacks: list[str] = []
        self._runner = asyncio.Runner(debug=True)
        self._runner.get_loop().slow_callback_duration = SLOW_CALLBACK_SECONDS
        logging.getLogger("asyncio").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        # asyncio tells of a slow callback by this log line only.
        if str(record.msg).startswith("Executing "):
            self.slow_callbacks.append(record.getMessage())

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(coroutine)

    def close(self) -> None:
        logging.getLogger("asyncio").removeHandler(self)
        self._runner.close()
        super().close()


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
