"""What an instance runs when it starts, run here in a folder: with the tools of this machine where they do no
harm, and with others of the same names where they would.
"""

import asyncio
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from tests.support.processes import ShopProcess, free_port, wait_until_ready
from tests.support.project import ROOT
from tests.support.waiting import eventually

SCRIPTS = ROOT / "infra" / "instances"

FOLDERS = (
    "etc/cartwheel",
    "etc/logrotate.d",
    "etc/sysctl.d",
    "etc/systemd/system",
    "usr/local/sbin",
    "var/lib",
    "var/log",
)

TOOLS = {
    "aws": 'cp "$BUCKETS/$(basename "${4#s3://}")" "$5"',
    "chown": ":",
    "curl": 'while [ $# -gt 0 ]; do [ "$1" = --output ] && echo made >"$2"; shift; done',
    "dnf": ":",
    "id": "exit 1",
    "install": """for one; do case $one in --owner=* | --group=*) ;; *) kept+=("$one") ;; esac; done
/usr/bin/install "${kept[@]}"
""",
    "python3.11": 'exec "$PYTHON" "$@"',
    "runuser": 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
    "sysctl": ":",
    "systemctl": ":",
    "useradd": ":",
}
"""What stands for a tool; each call is written down first."""


@dataclass
class Instance:
    """A folder that stands for an instance's disk."""

    root: Path
    release: str
    calls: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Of the shop's processes, as systemd reads it."""
        lines = (self.root / "etc/cartwheel/environment").read_text().splitlines()
        return {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Runs a command as the instance would."""
        env = os.environ | {
            "ROOT": str(self.root),
            "PATH": f"{self.root / 'tools'}:{os.environ['PATH']}",
            "PYTHON": sys.executable,
            "CALLS": str(self.root / "calls"),
            "BUCKETS": str(self.root / "bucket"),
        }
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
        self.calls = (self.root / "calls").read_text().splitlines()
        return done

    def fetch(self, name: str) -> subprocess.CompletedProcess[str]:
        """Fetches a release by its name."""
        return self.run(str(self.root / "usr/local/sbin/cartwheel-release"), "fetch", name)

    def unit(self, name: str) -> dict[str, str]:
        """The settings of a unit of systemd."""
        text = (self.root / f"etc/systemd/system/cartwheel-{name}.service").read_text()
        return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release: the package and the units, by its name."""
    folder = tmp_path_factory.mktemp("release")
    made = folder / "made"
    with tarfile.open(made, "w:gz", compresslevel=1) as packed:
        packed.add(ROOT / "src" / "cartwheel", "lib/cartwheel")
        packed.add(SCRIPTS, "instances")
    return made.rename(folder / f"{hashlib.sha256(made.read_bytes()).hexdigest()}.tar.gz")


@pytest.fixture
def instance(tmp_path: Path, archive: Path) -> Instance:
    """Before its first start: with a release in the bucket, and settings."""
    for folder in (*FOLDERS, "bucket", "tools", "opt/aws/bin", "opt/aws/amazon-cloudwatch-agent/bin"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    tools = {tmp_path / "tools" / name: does for name, does in TOOLS.items()}
    tools[tmp_path / "opt/aws/bin/cfn-signal"] = ":"
    tools[tmp_path / "opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl"] = ":"
    for path, does in tools.items():
        path.write_text(f'#!/bin/bash\necho "{path.name} $*" >>"$CALLS"\n{does}\n')
        path.chmod(0o755)
    (tmp_path / "calls").touch()
    shutil.copy(archive, tmp_path / "bucket")
    settings = {
        "CARTWHEEL_DATABASE": f"sqlite:///{tmp_path}/var/lib/cartwheel/shop.db",
        "CARTWHEEL_DATA": f"{tmp_path}/var/lib/cartwheel",
        "CARTWHEEL_DEMO": "false",
        "CARTWHEEL_SHOP_NAME": "Ada's Hats",
        "CARTWHEEL_MAIL_FROM": "Hats <hats@shop.example>",
    }
    lines = "".join(f'{key}="{value}"\n' for key, value in settings.items())
    (tmp_path / "etc/cartwheel/environment").write_text(lines)
    (tmp_path / "etc/cartwheel/bucket").write_text("releases-of-the-test\n")
    shutil.copy(SCRIPTS / "cartwheel-release", tmp_path / "usr/local/sbin")
    (tmp_path / "usr/local/sbin/cartwheel-release").chmod(0o755)
    return Instance(tmp_path, archive.name.removesuffix(".tar.gz"))


def start(instance: Instance) -> subprocess.CompletedProcess[str]:
    """The first start."""
    names = {"PREFIX": "hats-dev", "BUCKET": "releases-of-the-test", "RELEASE": instance.release}
    names |= {"STACK": "hats-dev-fleet", "RESOURCE": "Group", "AWS_REGION": "eu-central-1"}
    head = "".join(f"export {name}={value}\n" for name, value in names.items())
    script = instance.root / "user-data"
    script.write_text(f"#!/bin/bash\n{head}{(SCRIPTS / 'user-data.sh').read_text()}")
    return instance.run("bash", str(script))


@pytest.mark.parametrize("name", ["user-data.sh", "cartwheel-release"])
def test_scripts_are_ones_that_bash_can_read(name: str) -> None:
    done = subprocess.run(["bash", "-n", SCRIPTS / name], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_first_start_ends_with_a_shop_and_says_so(instance: Instance) -> None:
    done = start(instance)
    assert done.returncode == 0, done.stderr
    signal = "cfn-signal --exit-code 0 --stack hats-dev-fleet --resource Group --region eu-central-1"
    assert instance.calls[-1] == signal
    assert "systemctl enable --now cartwheel-api.service cartwheel-worker.service" in instance.calls
    assert any(call.startswith("systemctl disable --now sshd.service") for call in instance.calls)
    assert any("useradd" in call and "/sbin/nologin cartwheel" in call for call in instance.calls)
    assert (instance.root / "opt/cartwheel/current").readlink() == Path("/opt/cartwheel", instance.release)
    agent = (instance.root / "etc/cartwheel/cloudwatch-agent.json").read_text()
    assert "/aws/ec2/hats-dev-api" in agent
    environment = instance.root / "etc/cartwheel/environment"
    assert environment.stat().st_mode & 0o777 == 0o640


def test_a_release_that_was_changed_on_its_way_is_not_started(instance: Instance) -> None:
    archive = instance.root / "bucket" / f"{instance.release}.tar.gz"
    archive.write_bytes(archive.read_bytes() + b"more")
    done = start(instance)
    assert done.returncode != 0
    assert instance.calls[-1].startswith("cfn-signal --exit-code 1 ")
    assert not (instance.root / "opt/cartwheel" / instance.release).exists()
    assert not any("enable" in call for call in instance.calls)


def test_a_shop_that_does_not_get_ready_stops_the_rollout(instance: Instance) -> None:
    for name, does in {"curl": '[[ "$*" != *api/ready* ]]', "sleep": ":"}.items():
        (instance.root / "tools" / name).write_text(f'#!/bin/bash\necho "{name} $*" >>"$CALLS"\n{does}\n')
        (instance.root / "tools" / name).chmod(0o755)
    assert start(instance).returncode == 1
    assert instance.calls[-1].startswith("cfn-signal --exit-code 1 ")


@pytest.mark.parametrize("name", ["v1", "../../etc", "a" * 63, ""])
def test_only_names_of_releases_are_fetched(instance: Instance, name: str) -> None:
    assert instance.fetch(name).returncode != 0
    assert instance.calls == []


@pytest.fixture
def started(instance: Instance) -> Instance:
    assert start(instance).returncode == 0
    return instance


def test_a_release_is_fetched_once(started: Instance) -> None:
    assert started.fetch(started.release).returncode == 0
    assert len([call for call in started.calls if call.startswith("aws s3 cp")]) == 1


def test_the_database_is_migrated_by_the_release_itself(started: Instance) -> None:
    done = started.run(str(started.root / "usr/local/sbin/cartwheel-release"), "migrate", started.release)
    assert done.returncode == 0, done.stderr
    assert "up to date" in done.stdout
    assert (started.root / "var/lib/cartwheel/shop.db").exists()


@pytest.mark.parametrize("name", ["api", "worker"])
def test_what_a_unit_starts_works_until_it_is_told_to_stop(started: Instance, name: str) -> None:
    """With this machine's Python and folder, one process, and a free port."""
    port, unit = free_port(), started.unit(name)
    python, *command = shlex.split(unit["ExecStart"])
    assert (python, command[:2]) == ("/usr/bin/python3.11", ["-m", "cartwheel"])
    given = [str(port) if part == "8000" else part for part in command[2:]]
    path = str(started.root / "opt/cartwheel" / started.release / "lib")
    process = ShopProcess(given, started.environment | {"PYTHONPATH": path, "CARTWHEEL_PORT": str(port)})
    process.start()
    try:
        if name == "api":
            wait_until_ready(port)
        else:
            made = started.root / "var/lib/cartwheel/shop.db"
            asyncio.run(eventually(partial(asyncio.to_thread, made.exists)))
        assert process.stop() == 0
    finally:
        process.kill()


@pytest.mark.parametrize("name", ["api", "worker"])
def test_units_give_up_what_they_do_not_need(started: Instance, name: str) -> None:
    unit = started.unit(name)
    assert (unit["User"], unit["NoNewPrivileges"], unit["ProtectSystem"]) == ("cartwheel", "yes", "strict")
    assert unit["CapabilityBoundingSet"] == ""
    assert unit["EnvironmentFile"] == "/etc/cartwheel/environment"
