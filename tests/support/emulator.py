"""Starts MiniStack, an emulator of AWS, as a process of its own that only this machine reaches."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import free_port
from tests.support.project import ROOT

PYTHON = Path(os.environ.get("CARTWHEEL_TEST_EMULATOR_PYTHON", ROOT / ".venv-emulator" / "bin" / "python"))
"""The interpreter of the emulator's own environment: it pins its own botocore."""

START_SECONDS = 60

_PROGRAM = Path(__file__).with_name("emulator_program.py")

_SETTINGS = {
    "BIND_HOST": "127.0.0.1",
    "IOT_MTLS_ENABLED": "0",  # these two would listen on ports of their own
    "SFTP_ENABLED": "0",
}


@contextmanager
def running_emulator(folder: Path, *, guarded: bool = False) -> Iterator[str]:
    """The address of an emulator that runs until the end. It logs to ``folder``.

    A ``guarded`` one checks signatures, policies, and the codes and tokens of user pools; it is slower.
    """
    port = free_port()
    # nothing of this machine's own account: what stands there would be taken for the emulator's
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment.pop("REQUESTS_CA_BUNDLE", None)
    environment |= _SETTINGS | {"GATEWAY_PORT": str(port), "TMPDIR": str(folder)}
    if guarded:
        environment["AUTH"] = "true"
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [str(PYTHON), "-P", str(_PROGRAM)], env=environment, cwd=folder, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(process, f"{address}/_ministack/ready", folder / "emulator.log")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < end and process.poll() is None:
        try:
            with opener.open(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"The emulator did not start:\n{log.read_text(errors='replace')[-2000:]}")
