"""The shop as real processes: started, killed, started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

START_SECONDS = 30


def free_port() -> int:
    """A port below the ephemeral range that nobody listens on."""
    for port in range(20000 + os.getpid() % 5000, 32000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("No port is free.")


def free_ports(count: int) -> list[int]:
    """So many different ones."""
    with ExitStack() as held:
        ports: list[int] = []
        for _ in range(count):
            probe = held.enter_context(socket.socket())
            ports.append(free_port())
            probe.bind(("127.0.0.1", ports[-1]))
        return ports


@dataclass
class ShopProcess:
    """``cartwheel <command>`` in a session of its own, so that all of it can be killed at once."""

    command: list[str]
    env: dict[str, str]
    options: tuple[str, ...] = ()
    """Of the interpreter."""
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Starts it, whatever became of the one before."""
        self.process = subprocess.Popen(
            [sys.executable, *self.options, "-m", "cartwheel", *self.command],
            env=os.environ | self.env,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        """``kill -9`` for it and its children."""
        if self.process is not None:
            with suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process is not None and self.process.poll() is None

    def tell(self) -> None:
        """Asks it to stop, by SIGTERM."""
        assert self.process is not None
        self.process.terminate()

    def ended(self) -> int:
        """Waits until it has ended; answers its exit status."""
        assert self.process is not None
        return self.process.wait(timeout=START_SECONDS)

    def stop(self) -> int:
        """Asks it to stop; answers its exit status."""
        self.tell()
        return self.ended()


def settings_of(folder: Path, port: int, database: str = "", **more: str) -> dict[str, str]:
    """The environment of a shop's processes."""
    return {
        "CARTWHEEL_DATA": str(folder),
        "CARTWHEEL_DATABASE": database,
        "CARTWHEEL_PORT": str(port),
        "CARTWHEEL_BASE_URL": f"http://127.0.0.1:{port}",
        "CARTWHEEL_THROTTLE": "1000",
        "PYTHONPATH": os.pathsep.join(sys.path),
        **more,
    }


def wait_until_ready(port: int, seconds: float = START_SECONDS) -> None:
    """Returns when the server answers; raises ``TimeoutError``."""
    until = time.monotonic() + seconds
    # one client: a new one reads the certificates of all authorities, which takes longer than asking
    with httpx.Client(timeout=2) as http:
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                if http.get(f"http://127.0.0.1:{port}/api/ready").status_code == 200:
                    return
            time.sleep(0.05)
    raise TimeoutError(f"Nothing answers on port {port}.")
