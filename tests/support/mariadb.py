"""A MariaDB of a test's own."""

import asyncio
import os
import subprocess
from pathlib import Path

import asyncmy.errors

from tests.support.databases import execute
from tests.support.processes import free_port


class PrivateServer:
    """A MariaDB of the test's own, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"mysql://root@127.0.0.1:{self.port}/shop"
        self._folder = folder
        self._user = ["--user=root"] if os.getuid() == 0 else []
        self._process: subprocess.Popen[bytes] | None = None
        install = ["mariadb-install-db", "--no-defaults", f"--datadir={folder}/data", "--skip-test-db"]
        install += ["--auth-root-authentication-method=normal", *self._user]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def start(self) -> None:
        """Returns when it answers."""
        self._launch()
        for _ in range(600):
            try:
                await execute(self.url.replace("/shop", "/mysql"), "CREATE DATABASE IF NOT EXISTS shop")
            except (OSError, asyncmy.errors.Error):
                await asyncio.sleep(0.05)
            else:
                return
        raise RuntimeError("MariaDB did not start.")

    def _launch(self) -> None:
        command = ["mariadbd", "--no-defaults", f"--datadir={self._folder}/data", f"--port={self.port}"]
        command += ["--bind-address=127.0.0.1", f"--socket={self._folder}/s", *self._user]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """Ends it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
