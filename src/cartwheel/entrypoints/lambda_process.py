"""What all Lambda functions share: one shop and one event loop for the life of the process.

Tables, queues and buckets are the deployment's, so nothing is prepared here; connections are opened by the
first call that needs them, in the loop that they belong to.
"""

import asyncio
from collections.abc import Coroutine
from functools import cache
from typing import TypeVar

from cartwheel.entrypoints.lambda_metrics import CloudWatch
from cartwheel.entrypoints.logs import configure
from cartwheel.kernel.telemetry import install
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble

T = TypeVar("T")


@cache
def event_loop() -> asyncio.AbstractEventLoop:
    """The loop, which is also the thread's current one."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop


@cache
def shop() -> Shop:
    """The shop of the environment's settings."""
    settings = Settings()
    configure(settings.log_level, settings.log_format)
    install(metrics())
    return assemble(settings)


@cache
def metrics() -> CloudWatch:
    """What the process tells CloudWatch after each piece of work."""
    return CloudWatch(Settings().services or "all")


def run(work: Coroutine[None, None, T]) -> T:
    """Does ``work`` in the process's loop."""
    try:
        return event_loop().run_until_complete(work)
    finally:
        metrics().flush()
