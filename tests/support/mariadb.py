"""A MariaDB of a test's own."""

import asyncio
import os
import subprocess
from pathlib import Path

import asyncmy.errors

from tests.support.databases import execute
from tests.support.processes import free_port


class PrivateServer:
    """A MariaDB of the test's own, which can be killed and started again. ``options`` are the program's."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._options = options
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
        command += self._options
        command += ["--bind-address=127.0.0.1", f"--socket={self._folder}/s", *self._user]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """Ends it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def replicate(self, primary: "PrivateServer", seconds: int) -> None:
        """Becomes a replica of a server with ``PRIMARY``'s options, and shows changes so much later."""
        address = f"MASTER_HOST='127.0.0.1', MASTER_PORT={primary.port}, MASTER_USER='copy'"
        how = f"MASTER_PASSWORD='copy', MASTER_USE_GTID=slave_pos, MASTER_DELAY={seconds}"
        admin = self.url.replace("/shop", "/mysql")
        await execute(
            primary.url,
            "CREATE USER IF NOT EXISTS copy@'127.0.0.1' IDENTIFIED BY 'copy'",
            "GRANT REPLICATION SLAVE ON *.* TO copy@'127.0.0.1'",
        )
        await execute(admin, f"CHANGE MASTER TO {address}, {how}", "START SLAVE", "SELECT 1")


PRIMARY = ("--server-id=1", "--log-bin=changes", "--binlog-format=ROW")

REPLICA = ("--server-id=2", "--read-only=1", "--replicate-do-db=shop")
