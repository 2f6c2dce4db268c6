"""Loads the code of functions once, and forks for each process of a function that the emulator starts.

``function_program.py code channel``: the folder of the code, and the number of an open socket. To unpack and
load what all functions share takes two seconds of a core, a fork some milliseconds. Nothing that a function
makes of its settings is shared: the module with its handler is loaded after the fork, with its environment.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
from typing import Any

SHARED = (
    "aiobotocore.session",
    "cartwheel.adapters",
    "cartwheel.entrypoints.api",
    "cartwheel.entrypoints.lambda_process",
    "mangum",
)
"""Modules that make nothing of settings when they are loaded, if they are in the code."""


def main(code: str, channel: int) -> None:
    """Forks for each line that comes: JSON with ``script``, ``folder`` and ``environment``.

    With it come what is to be the process's input, output and errors, and a file to keep open while it runs.
    Answered with the number of the process.
    """
    sys.path.insert(0, code)
    for name in SHARED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    with socket.socket(fileno=channel) as asked:
        while wanted := receive(asked):
            told, files = wanted
            number = os.fork()
            if not number:
                asked.close()
                become(told, files)
            for file in files:
                os.close(file)
            asked.sendall(f"{number}\n".encode())


def receive(asked: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """What is wanted next; ``None`` when the emulator has ended."""
    line, files = b"", list[int]()
    while not line.endswith(b"\n"):
        more, sent, _, _ = socket.recv_fds(asked, 65536, 4)
        if not more:
            return None
        line, files = line + more, files + sent
    return json.loads(line), files


def become(told: dict[str, Any], files: list[int]) -> None:
    """Runs the script as the process that was wanted, and ends it."""
    for target, file in enumerate(files[:3]):
        os.dup2(file, target)
        os.close(file)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
    try:
        runpy.run_path(told["script"], run_name="__main__")
    except BaseException:  # noqa: BLE001 - written down, as an interpreter does at its end
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
