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


def test_text_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    logs.configure("INFO", "text")
    lines = io.StringIO()
    monkeypatch.setattr("sys.stderr", lines)
    structlog.get_logger().error("mail_failed", mail_id="7", exc_info=ValueError("550 <a@b.example> unknown"))
    text = lines.getvalue()
    assert "mail_failed" in text
    assert "7" in text
    assert "ValueError: 550 <[hidden]> unknown" in text


@pytest.mark.parametrize(("terminal", "is_json"), [(True, False), (False, True)])
def test_a_terminal_gets_text(monkeypatch: pytest.MonkeyPatch, terminal: bool, is_json: bool) -> None:
    lines = io.StringIO()
    monkeypatch.setattr(lines, "isatty", lambda: terminal)
    monkeypatch.setattr("sys.stderr", lines)
    logs.configure("INFO", "auto")
    structlog.get_logger().info("order_placed")
    assert lines.getvalue().startswith("{") is is_json
