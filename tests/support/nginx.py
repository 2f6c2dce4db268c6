"""A real nginx with the configuration that ``cartwheel nginx`` writes."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from cartwheel.entrypoints.nginx import Proxy, render
from tests.support.processes import free_port

PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


class Nginx:
    """Started with ``use``, and told of other instances with it: without losing a request."""

    def __init__(self, folder: Path, behind: Sequence[str] = (), port: int = 0) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._behind = behind
        self._process: subprocess.Popen[bytes] | None = None

    def use(self, upstreams: Mapping[str, Sequence[str]]) -> None:
        """Sends requests to these instances from now on. Returns when new workers do so."""
        log = str(self._folder / "access.log")
        text = render(Proxy(upstreams, self.port, self._behind, str(self._folder), log))
        path = self._folder / "nginx.conf"
        if self._process is not None and path.read_text() == text:
            return
        path.write_text(text)
        before = self._workers()
        if self._process is None:
            assert PROGRAM is not None
            # as the official image starts it; workers of root must be root's, or they cannot write there
            told = "daemon off; user root;" if os.getuid() == 0 else "daemon off;"
            command = [PROGRAM, "-p", str(self._folder), "-c", str(path), "-e", "stderr", "-g", told]
            with (self._folder / "errors.log").open("ab") as errors:
                self._process = subprocess.Popen(command, stderr=errors)
        else:
            self._process.send_signal(signal.SIGHUP)
        self._wait_for_others_than(before)

    def stop(self) -> None:
        """Ends it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def _workers(self) -> set[str]:
        if self._process is None:
            return set()
        master = self._process.pid
        return set(Path(f"/proc/{master}/task/{master}/children").read_text().split())

    def _wait_for_others_than(self, before: set[str]) -> None:
        assert self._process is not None
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                answer = httpx.get(f"{self.url}/proxy/health", timeout=2)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status_code == 200 and not any(map(_takes_requests, before & self._workers())):
                return
            time.sleep(0.05)
        raise RuntimeError((self._folder / "errors.log").read_text())


def _takes_requests(worker: str) -> bool:
    """Whether it is not one that only ends what it has begun."""
    try:
        return "shutting down" not in Path(f"/proc/{worker}/cmdline").read_text()
    except FileNotFoundError:
        return False
