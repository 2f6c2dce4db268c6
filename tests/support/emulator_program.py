"""The emulator's own program, with four of its habits changed (MiniStack 1.5.33). Runs in its environment.

- The name of the exception that a function raises is kept, as AWS keeps it: state machines retry by name.
- A function that logs nothing is not waited for: 50 ms of every call.
- A function whose code is replaced ends what it has begun, as on AWS; it was killed in the midst of it.
- Items whose time to live is over stay, as on AWS for up to days. Every minute it deleted them by its own
  clock, and with them what is alive by the clock of a test.
"""

import sys
import time
from collections.abc import Sequence
from threading import Thread
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


if __name__ == "__main__":
    keep_names()
    end_what_is_begun()
    keep_expired()
    runtime.Worker._drain_stderr_bounded.__defaults__ = (0.005, 0.003, 0.25)
    sys.argv = ["ministack"]
    sys.exit(main())
