"""An app that signs in by AWS Amplify, in a real browser, gets a token that the API takes."""

import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from playwright.async_api import async_playwright

from cartwheel.accounts import NewAccount
from cartwheel.shop import Shop
from tests.support.browser import CHROMIUM, OPTIONS
from tests.support.deployment import Deployment
from tests.support.project import ROOT
from tests.support.shops import PASSWORD

pytestmark = pytest.mark.emulator

APP = ROOT / "tests" / "aws" / "amplify"

PAGE = '<!doctype html><title>Sign in</title><script src="sign-in.js"></script>'


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app is served, once npm has built it: ``localhost``, where browsers allow what SRP needs."""
    folder = tmp_path_factory.mktemp("amplify")
    (folder / "index.html").write_text(PAGE)
    installed, locked = APP / "node_modules" / ".package-lock.json", APP / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < locked.stat().st_mtime:
        _npm("ci", "--silent")
    _npm("run", "--silent", "build", "--", f"--outfile={folder / 'sign-in.js'}")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def _npm(*command: str) -> None:
    done = subprocess.run(["npm", *command], cwd=APP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def test_a_token_of_amplify_is_taken(
    shop: Shop, http: httpx.AsyncClient, deployment: Deployment, app: str
) -> None:
    user = await shop.accounts.create_user(NewAccount("ann@example.com", PASSWORD, "Ann"), ("customers",))
    pool = {
        "userPoolId": deployment.outputs["UserPoolId"],
        "userPoolClientId": deployment.outputs["UserPoolClientId"],
        "userPoolEndpoint": deployment.endpoint,
    }
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = await browser.new_page()
        await page.goto(app)
        with pytest.raises(Exception, match="Incorrect username or password"):
            await page.evaluate("given => window.tokensOf(...given)", [pool, user.email, "Wrong-horse7"])
        token = await page.evaluate("given => window.tokensOf(...given)", [pool, user.email, PASSWORD])
        await browser.close()
    me = await http.get("/api/users/me", headers={"Authorization": f"Bearer {token}"})
    assert (me.status_code, me.json()["email"]) == (200, "ann@example.com")
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    refused = await http.get("/api/users/me", headers={"Authorization": f"Bearer {forged}"})
    assert refused.status_code == 401
