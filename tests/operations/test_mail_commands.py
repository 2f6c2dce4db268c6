"""`cartwheel mail`, on a shop in a folder of its own."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cartwheel.entrypoints.cli import app
from cartwheel.notifications import KINDS, Reason
from cartwheel.shop import open_shop

pytestmark = pytest.mark.usefixtures("shop_of_commands")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["mail", *arguments])


def test_every_kind_is_listed_and_shown() -> None:
    listed = _run("list").output
    for kind in KINDS:
        assert kind in listed
    german, english = _run("preview", "order_shipped", "--locale", "de"), _run("preview", "order_shipped")
    assert german.output.startswith("Ihre Bestellung K7Q2-M4XD ist unterwegs\n\n")
    assert english.output.startswith("Your order K7Q2-M4XD is on its way\n\n")


def test_a_preview_is_written_to_a_file(tmp_path: Path) -> None:
    to = tmp_path / "mail.html"
    assert _run("preview", "reset", "--locale", "de-AT", "--out", str(to)).exit_code == 0
    assert to.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="de">')


def test_an_unknown_kind_is_refused() -> None:
    result = _run("preview", "no-such-kind")
    assert result.exit_code == 2
    assert "There is no mail of that kind." in result.output


def test_a_marked_address_is_listed_and_cleared() -> None:
    async def mark() -> None:
        async with open_shop() as shop:
            await shop.notifications.suppress("Gone@example.com", Reason.BOUNCED, "550 no such user")

    asyncio.run(mark())
    listed = _run("marked").output
    assert "Gone@example.com" in listed
    assert "550 no such user" in listed
    assert _run("clear", "gone@example.com").exit_code == 0
    assert "Gone" not in _run("marked").output
    again = _run("clear", "gone@example.com")
    assert (again.exit_code, again.output) == (1, "That address is not marked.\n")
