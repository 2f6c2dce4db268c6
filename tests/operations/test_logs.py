"""Lines of the log."""

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from cartwheel.entrypoints import logs


@pytest.fixture(autouse=True)
def _configured() -> Iterator[None]:
    logs.configure("INFO")
    yield
    structlog.reset_defaults()


def test_a_logger_outlives_the_standard_error_that_it_began_on(monkeypatch: pytest.MonkeyPatch) -> None:
    log = structlog.get_logger()
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr("sys.stderr", first)
    log.info("order_placed", order_id="1")
    first.close()
    monkeypatch.setattr("sys.stderr", second)
    log.debug("not_shown")
    log.warning("order_late", order_id="2")
    line = json.loads(second.getvalue())
    assert (line["event"], line["order_id"], line["level"]) == ("order_late", "2", "warning")
