"""An operator, the sources that they deploy from, and what AWS holds: CDK itself is played by a Makefile."""

import hashlib
from pathlib import Path

import pytest

from cartwheel.cloud.account import Account
from cartwheel.cloud.tools import Checkout
from tests.support.aws import REGION
from tests.support.aws import Account as EmulatedAccount

RELEASE = hashlib.sha256(b"a release").hexdigest()

MAKEFILE = f"""
.PHONY: lambda web cdk release
lambda web:
	@echo built $@ $(ARGS)
release:
	@mkdir -p build/release
	@printf 'a release' > build/release/{RELEASE}.tar.gz
	@echo built release $(ARGS)
cdk:
	@echo cdk $(ARGS)
"""


@pytest.fixture
def operator(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The emulated account, as an operator's settings lead to it."""
    account.surround(monkeypatch)
    return Account(REGION)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Sources with built pages, and a ``make`` that says what it was asked for."""
    (tmp_path / "Makefile").write_text(MAKEFILE)
    pages = tmp_path / "web" / "dist"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text("<html>")
    return Checkout(tmp_path, REGION)
