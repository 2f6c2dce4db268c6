"""One real server with the built app, and a fresh browser context for each test."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright import sync_api

from tests.support.processes import free_port, settings_of, wait_until_ready

ROOT = Path(__file__).parents[2]
DIST = ROOT / "web" / "dist"
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a shop with demo data, served with the app by a process of its own."""
    if not (DIST / "index.html").is_file():
        pytest.skip("The app is not built: npm ci && npm run build in web/")
    port = free_port()
    env = os.environ | settings_of(tmp_path_factory.mktemp("shop"), port)
    command = ["granian", "--interface", "asgi", "--factory", "--port", str(port), "--no-ws"]
    server = subprocess.Popen(
        [sys.executable, "-m", *command, "tests.browser.served:application"],
        env=env | {"PYTHONPATH": f"{ROOT}{os.pathsep}{env['PYTHONPATH']}"},
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
    )
    try:
        wait_until_ready(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def browser() -> "Iterator[sync_api.Browser]":
    """The Chromium of this machine."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("There is no Chromium: apt-get install chromium, or name one in CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield started
        started.close()


@pytest.fixture
def context(browser: "sync_api.Browser", shop_url: str) -> "Iterator[sync_api.BrowserContext]":
    """Cookies and storage of one customer. No animation, English."""
    opened = browser.new_context(base_url=shop_url, locale="en-US", reduced_motion="reduce")
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: "sync_api.BrowserContext") -> "Iterator[sync_api.Page]":
    """A page that must break nothing: no uncaught error, nothing that the content policy refuses."""
    opened = context.new_page()
    trouble: list[str] = []
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            trouble.append(message.text) if re.search(r"Content.Security.Policy", message.text) else None
        ),
    )
    yield opened
    assert trouble == []
