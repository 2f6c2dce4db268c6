"""Redis for tests: a corner of the server of servers.py, or a server of the test's own."""

import os
import signal
import subprocess
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import redis

from tests.support.processes import free_port
from tests.support.servers import REDIS_URL

_corners = count()


def is_there() -> bool:
    """Whether the server of servers.py answers."""
    with redis.Redis.from_url(REDIS_URL, socket_connect_timeout=2) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def own_corner() -> str:
    """An address on that server with a prefix that nobody else has; what is written there expires."""
    return f"{urlsplit(REDIS_URL).geturl()}?prefix=test-{os.getpid()}-{next(_corners)}"


class PrivateRedis:
    """A Redis of the test's own, which can be killed, silenced and started again. Keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers."""
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self._folder),
        ]
        command += ["--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with redis.Redis(port=self.port) as client:
            for _ in range(100):
                try:
                    client.ping()
                except redis.ConnectionError:
                    try:
                        self._process.wait(0.05)
                    except subprocess.TimeoutExpired:
                        continue
                    break
                return
        raise RuntimeError("Redis did not start.")

    def kill(self) -> None:
        """Ends it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def fall_silent(self) -> None:
        """Keeps its connections open and answers nothing."""
        self._signal(signal.SIGSTOP)

    def speak(self) -> None:
        """Goes on after ``fall_silent``."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
