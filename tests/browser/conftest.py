"""One real server with the built app, and a fresh browser context for each test."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright import sync_api

from tests.browser import seed
from tests.support.browser import CHROMIUM, OPTIONS
from tests.support.processes import ShopProcess, free_port, settings_of, wait_until_ready

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
    """The address of a shop with what ``seed`` makes, served with the app by a process of its own."""
    if not (DIST / "index.html").is_file():
        pytest.skip("The app is not built: make web")
    port = free_port()
    env = settings_of(
        tmp_path_factory.mktemp("shop"), port, CARTWHEEL_DEMO="false", CARTWHEEL_SECRET=seed.SECRET
    )
    subprocess.run([sys.executable, "-m", "tests.browser.seed"], env=os.environ | env, cwd=ROOT, check=True)
    server = ShopProcess(["serve"], env)
    server.start()
    try:
        wait_until_ready(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


@pytest.fixture(scope="session")
def vendor(shop_url: str) -> Iterator[httpx.Client]:
    """Somebody who sells, calling the API beside the browser."""
    yield from _calling_as(shop_url, *seed.VENDOR)


@pytest.fixture(scope="session")
def admin(shop_url: str) -> Iterator[httpx.Client]:
    """Somebody who runs the shop, calling the API beside the browser."""
    yield from _calling_as(shop_url, *seed.ADMIN)


def _calling_as(shop_url: str, email: str, password: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{shop_url}/api", timeout=30) as client:
        body = {"email": email, "password": password, "refresh": "body"}
        tokens = client.post("/auth/signin", json=body).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {tokens['accessToken']}"
        yield client


@pytest.fixture(scope="session")
def browser() -> Iterator[sync_api.Browser]:
    """The Chromium of this machine."""
    if CHROMIUM is None:
        pytest.skip("There is no Chromium: apt-get install chromium, or name one in CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def profile(browser: sync_api.Browser, shop_url: str) -> Iterator[sync_api.BrowserContext]:
    """What all tests share, since loading the app anew for each takes longer than most tests."""
    opened = browser.new_context(base_url=shop_url, locale="en-US", reduced_motion="reduce")
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def forget(profile: sync_api.BrowserContext, shop_url: str) -> Callable[[], None]:
    """Lets the browser forget what pages of the shop have stored; without opening one."""
    session = profile.new_cdp_session(profile.new_page())
    asked = {"origin": shop_url, "storageTypes": "cookies,local_storage"}

    def clear() -> None:
        session.send("Storage.clearDataForOrigin", asked)

    return clear


@pytest.fixture
def context(
    profile: sync_api.BrowserContext, forget: Callable[[], None]
) -> Iterator[sync_api.BrowserContext]:
    """Cookies and storage of one customer. No animation, English."""
    keeper = profile.pages[0]
    yield profile
    profile.set_offline(False)
    for page in profile.pages:
        if page is not keeper:
            page.close()
    forget()


@pytest.fixture
def page(context: sync_api.BrowserContext) -> Iterator[sync_api.Page]:
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
