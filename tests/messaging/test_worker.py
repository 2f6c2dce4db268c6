"""What a worker says while what it needs is away."""

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from cartwheel.kernel.clock import utc_now
from cartwheel.messaging.relay import Relay
from cartwheel.messaging.schedules import Schedule
from cartwheel.messaging.worker import Worker
from cartwheel.storage import Unavailable
from tests.support.shops import running_shop


@pytest.mark.parametrize(("error", "traced"), [(Unavailable("away"), False), (KeyError("bug"), True)])
async def test_only_what_nobody_expected_is_traced(tmp_path: Path, error: Exception, *, traced: bool) -> None:
    """Every step of every worker fails while a database is away: one line each is enough."""
    async with running_shop(tmp_path, "", utc_now) as shop:

        async def fail() -> int:
            worker.stop()
            raise error

        failing = Schedule("failing", timedelta(seconds=1), fail, shared=True)
        relay = Relay(shop.store, utc_now, shop.queue, [])
        worker = Worker(relay, shop.queue, [], shop.timetable, [failing])
        with capture_logs() as logged:
            await worker.run()
    (line,) = [one for one in logged if one["event"] == "worker_step_failed"]
    assert (line["step"], line["error"], line["exc_info"]) == ("failing", repr(error), traced)
