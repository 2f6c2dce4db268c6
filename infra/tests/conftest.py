"""Synthesizes each kind of deployment once, with an artefact that holds next to nothing."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from infra.app import build, check
from infra.shop import ShopData

Templates = Mapping[str, Template]

PROD = {
    "stage": "prod",
    "mail_from": "shop@shop.example",
    "operator": "operator@shop.example",
    "domain": "shop.example",
    "zone": "Z0123456789",
    "certificate": "arn:aws:acm:us-east-1:111122223333:certificate/1",
    "waf": "true",
    "insights": "true",
}

INSIDE = {
    "origin": "origin.shop.example",
    "origin_certificate": "arn:aws:acm:us-east-1:111122223333:certificate/2",
}

SYNTHESES: Mapping[str, Mapping[str, str]] = {
    "dev": {},
    "prod": PROD,
    "dev-with-alarms": {"alarms": "true"},
    "containers": {"topology": "containers"},
    "containers-prod": {"topology": "containers", **PROD, **INSIDE},
    "instances": {"topology": "instances", "storage": "dynamodb", "architecture": "x86_64"},
    "instances-prod": {"topology": "instances", **PROD, **INSIDE},
    "instances-prod-on-dynamodb": {"topology": "instances", "storage": "dynamodb", **PROD, **INSIDE},
}


@pytest.fixture(scope="session")
def shop() -> ShopData:
    return ShopData.load()


@pytest.fixture(scope="session")
def assembly(shop: ShopData, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder that a deployment of ``SYNTHESES`` is synthesized into; cdk-nag has agreed to it."""
    artefact = tmp_path_factory.mktemp("artefact")
    (artefact / "cartwheel.py").write_text("")

    @cache
    def synthesized(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        app = App(outdir=str(folder), context=dict(SYNTHESES[name]))
        build(app, shop, lambda_.Code.from_asset(str(artefact)))
        check(app)
        app.synth()
        return folder

    return synthesized


@pytest.fixture(scope="session")
def templates(assembly: Callable[[str], Path]) -> Callable[[str], Templates]:
    """The templates of a deployment, by the last part of their stacks' names."""

    @cache
    def loaded(name: str) -> Templates:
        found = sorted(assembly(name).glob("*.template.json"))
        return {path.name.split(".")[0].split("-")[-1]: Template.from_json(_json(path)) for path in found}

    return loaded


@pytest.fixture(scope="session")
def dev(templates: Callable[[str], Templates]) -> Templates:
    return templates("dev")


@pytest.fixture(scope="session")
def prod(templates: Callable[[str], Templates]) -> Templates:
    return templates("prod")


def _json(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text())
    return read
