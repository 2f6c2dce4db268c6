"""Dockerfile and compose.yaml, as far as they can be held to something without Docker."""

import re
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from cartwheel.entrypoints.cli import app
from cartwheel.entrypoints.nginx import Proxy, render
from cartwheel.entrypoints.services import ALL, parse
from cartwheel.settings import Settings
from tests.support.project import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())

SERVICES: dict[str, Any] = COMPOSE["services"]

OWN = {name: service for name, service in SERVICES.items() if service["image"] == "cartwheel"}

PORT = 8000


def _last_stage() -> str:
    return DOCKERFILE.rpartition("\nFROM ")[2]


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert re.search(r"^USER 10001:10001$", _last_stage(), re.MULTILINE)
    assert "HEALTHCHECK " in _last_stage()
    assert not re.search(r"^(ADD|RUN|ARG)", _last_stage(), re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["python", "-m", "cartwheel"\]$', _last_stage(), re.MULTILINE)


def test_stages_begin_with_official_images_and_fetch_nothing_unpinned() -> None:
    bases = re.findall(r"^FROM (?:--platform=\$BUILDPLATFORM )?(\S+)", DOCKERFILE, re.MULTILINE)
    assert [re.sub(r":[0-9.]+-", ":-", base) for base in bases] == ["node:-slim", "python:-slim", "scratch"]
    assert not re.search(r"^ADD|https?://(?!127\.0\.0\.1)|curl |wget |pip install", DOCKERFILE, re.MULTILINE)
    assert "npm ci" in DOCKERFILE
    assert "python -m scripts.build_image /image/app && python -m scripts.build_root /image" in DOCKERFILE


def test_what_a_build_is_given_is_named() -> None:
    """Nothing of a developer's machine gets into an image: no shop's data, no secrets, no history."""
    lines = (ROOT / ".dockerignore").read_text().split("\n")
    assert lines[0] == "*"
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    wanted = {path.partition("/")[0] for line in sources for path in line.split()}
    assert {line[1:] for line in lines if line.startswith("!")} == wanted


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_watched_and_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    if "profiles" not in service:  # the databases' own images set themselves up as root
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["tmpfs"]
    if name != "proxy":
        assert "ports" not in service


@pytest.mark.parametrize("name", OWN)
def test_containers_start_after_what_they_need(name: str) -> None:
    assert {one: needed["condition"] for one, needed in OWN[name]["depends_on"].items()} == dict.fromkeys(
        ("redis", "mysql", "postgresql"), "service_healthy"
    )
    assert {one for one, needed in OWN[name]["depends_on"].items() if not needed.get("required", True)} == {
        one for one, service in SERVICES.items() if "profiles" in service
    }


def test_all_services_are_served_and_waited_for() -> None:
    serving = {name: one["command"][2] for name, one in OWN.items() if one["command"][0] == "serve"}
    assert {service for names in serving.values() for service in parse(names)} == ALL
    assert SERVICES["proxy"]["depends_on"].keys() == serving.keys()
    assert OWN.keys() - serving.keys() == {"worker"}


@pytest.mark.parametrize("name", OWN)
def test_commands_exist(name: str) -> None:
    command = OWN[name]["command"]
    assert CliRunner().invoke(app, [command[0], "--help"]).exit_code == 0


def test_the_proxy_s_configuration_is_what_the_services_make_it() -> None:
    places = {
        service: [f"{name}:{PORT}"]
        for name, one in OWN.items()
        if one["command"][0] == "serve"
        for service in parse(one["command"][2])
    }
    assert "daemon" not in render(Proxy(places)), "the image's own command says that"
    assert (ROOT / "deploy/nginx.conf").read_text() == render(Proxy(places)), (
        "write it again: cartwheel nginx products=products:8000 users=users:8000 orders,payments=orders:8000 "
        "search=search:8000 desk=desk:8000 --file deploy/nginx.conf"
    )


def test_every_setting_that_is_named_exists() -> None:
    texts = [DOCKERFILE, *(path.read_text() for path in (ROOT / "deploy").glob("*.example"))]
    texts.append((ROOT / "compose.yaml").read_text())
    named = {name.lower() for text in texts for name in re.findall(r"CARTWHEEL_([A-Z_]+)", text)}
    assert named
    assert named <= Settings.model_fields.keys()


def test_examples_hold_no_secrets_and_are_all_that_is_kept() -> None:
    for path in (ROOT / "deploy").glob("*.example"):
        assert not re.search(r"(SECRET|PASSWORD)=.", path.read_text().replace("_PASSWORD=yes", ""))
    assert "/deploy/*.env" in (ROOT / ".gitignore").read_text().split("\n")
    files = {file for one in SERVICES.values() for file in one.get("env_file", ())}
    assert all((ROOT / f"{file}.example").is_file() for file in files)
