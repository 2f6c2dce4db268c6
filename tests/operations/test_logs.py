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


@pytest.mark.parametrize(
    "address",
    [
        "203.0.113.7",
        "2001:db8:0:0:0:0:2:1",
        "2001:DB8::2:1",
        "2001:db8::",
        "::1",
        "fe80::1ff:fe23:4567:890a",
        "::ffff:203.0.113.7",
        "64:ff9b::203.0.113.7",
        "1:2:3:4:5:6:203.0.113.7",
    ],
)
@pytest.mark.parametrize("text", ["from {}: refused", "[{}]:443", "{}", "('{}', 3306)", "{}%eth0", "{}/32."])
def test_addresses_of_the_network_are_hidden(address: str, text: str) -> None:
    told = logs.hide(None, "", {"error": text.format(address)})
    assert told == {"error": text.format("[hidden]")}


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T12:30:45.201907Z",
        "it took 12:30:45",
        "arn:aws:iam::111122223333:role/shop",
        "arn:aws:s3:::bucket",
        "std::vector, Shop::close",
        "ab:cd:ef:01:23:45",
    ],
)
def test_what_only_looks_like_one_is_left(text: str) -> None:
    assert logs.hide(None, "", {"error": text}) == {"error": text}
