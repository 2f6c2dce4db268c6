"""The emulator's own program, with five of its habits changed (MiniStack 1.5.33). Runs in its environment.

- The name of the exception that a function raises is kept, as AWS keeps it: state machines retry by name.
- A function that logs nothing is not waited for: 50 ms of every call.
- A function whose code is replaced ends what it has begun, as on AWS; it was killed in the midst of it.
- Items whose time to live is over stay, as on AWS for up to days. Every minute it deleted them by its own
  clock, and with them what is alive by the clock of a test.
- Processes of functions with the same code are forks of one that has it loaded: ``function_program.py``.
"""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Lock, Thread, local
from types import SimpleNamespace
from typing import Any

import ministack.core.lambda_runtime as runtime
import ministack.services.dynamodb as tables
import ministack.services.lambda_svc as functions
from ministack.app import main
from ministack.core.responses import AccountRegionScopedDict

SEPARATOR = "\x1f"

REPORTED = '"error": str(e), "trace"'
NAMED = f'"error": type(e).__name__ + "{SEPARATOR}" + str(e), "trace"'


def keep_names() -> None:
    """Has functions send the name before the message, and takes the two apart again."""
    script: str = runtime._PYTHON_WORKER_SCRIPT
    if REPORTED not in script:
        sys.exit("This MiniStack reports errors in another way: see tests/support/emulator_program.py.")
    runtime._PYTHON_WORKER_SCRIPT = script.replace(REPORTED, NAMED)
    execute = functions._execute_function_warm

    def named(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401
        result = execute(*arguments, **more)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict):
            name, found, message = body.get("errorMessage", "").partition(SEPARATOR)
            if found:
                body.update(errorType=name, errorMessage=message)
        return result

    functions._execute_function_warm = named


def end_what_is_begun() -> None:
    """Has the processes of old code killed only when they are idle, or after a minute."""
    kill = runtime.kill_workers

    def kill_idle(workers: Sequence[Any]) -> None:
        busy = [worker for worker in workers if worker.in_use]
        kill([worker for worker in workers if worker not in busy])
        if busy:
            Thread(target=kill_ended, args=(busy,), daemon=True).start()

    def kill_ended(workers: Sequence[Any]) -> None:
        end = time.monotonic() + 60
        while any(worker.in_use for worker in workers) and time.monotonic() < end:
            time.sleep(0.02)
        kill(workers)

    runtime.kill_workers = kill_idle


def keep_expired() -> None:
    """Has the thread that deletes expired items find no tables that have any."""
    kept: dict[str, Any] = {"all_items": lambda _: []}
    tables._ttl_settings = type("Kept", (AccountRegionScopedDict,), kept)()


class Fork:
    """As much of ``subprocess.Popen`` as the emulator asks of a function's process."""

    def __init__(self, parent: socket.socket, told: Mapping[str, Any]) -> None:
        to_stdin, from_stdout, from_stderr, ended = (os.pipe() for _ in range(4))
        given = [to_stdin[0], from_stdout[1], from_stderr[1], ended[1]]
        socket.send_fds(parent, [json.dumps(told).encode() + b"\n"], given)
        for file in given:
            os.close(file)
        self.pid = int(parent.makefile().readline())
        self.stdin = os.fdopen(to_stdin[1], "w", buffering=1)
        self.stdout = os.fdopen(from_stdout[0])
        self.stderr = os.fdopen(from_stderr[0])
        self._ended = Connection(ended[0], writable=False)

    def poll(self) -> int | None:
        """Zero when it has ended."""
        return 0 if wait([self._ended], 0) else None

    def wait(self, timeout: float) -> int:
        """Raises ``TimeoutExpired`` when it has not ended by then."""
        if not wait([self._ended], timeout):
            raise subprocess.TimeoutExpired("a function", timeout)
        return 0

    def terminate(self) -> None:
        """Asks it to end."""
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """Ends it."""
        os.kill(self.pid, signal.SIGKILL)


class Loaded:
    """The code of functions, unpacked, and a process that has it loaded."""

    def __init__(self, code: bytes) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="code-"))
        zipfile.ZipFile(io.BytesIO(code)).extractall(self._folder)
        self._channel, theirs = socket.socketpair()
        self._lock = Lock()
        program = [sys.executable, "-P", str(Path(__file__).with_name("function_program.py"))]
        command = [*program, str(self._folder), str(theirs.fileno())]
        subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        theirs.close()

    def start(self, command: Sequence[str], cwd: str, env: Mapping[str, str], **_: object) -> Fork:
        """In the place of ``Popen``: a process with the code in its folder."""
        for path in self._folder.iterdir():
            Path(cwd, path.name).symlink_to(path)
        with self._lock:
            told = {"script": command[1], "folder": cwd, "environment": dict(env)}
            return Fork(self._channel, told)


def share_code() -> None:
    """Has each function's process begin as a fork, with its code by reference."""
    spawn, codes, lock, current = runtime.Worker._spawn, dict[bytes, Loaded](), Lock(), local()
    nothing = io.BytesIO()
    zipfile.ZipFile(nothing, "w").close()

    def spawn_fork(worker: Any) -> None:  # noqa: ANN401
        code = worker.code_zip
        with lock:
            current.code = codes.get(code) or codes.setdefault(code, Loaded(code))
        worker.code_zip = nothing.getvalue()
        try:
            spawn(worker)
        finally:
            worker.code_zip = code

    runtime.Worker._spawn = spawn_fork
    runtime.subprocess = SimpleNamespace(
        Popen=lambda *command, **more: current.code.start(*command, **more), PIPE=subprocess.PIPE
    )


if __name__ == "__main__":
    keep_names()
    end_what_is_begun()
    keep_expired()
    share_code()
    runtime.Worker._drain_stderr_bounded.__defaults__ = (0.005, 0.003, 0.25)
    sys.argv = ["ministack"]
    sys.exit(main())
