"""A proxy that spoils the traffic between the shop and AWS as AWS and networks do (microburst)."""

import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.emulator import PYTHON
from tests.support.processes import free_port

START_SECONDS = 30


@dataclass(frozen=True)
class Faults:
    """A running proxy: where the shop takes AWS to be."""

    address: str

    def begin(self, rules: Sequence[dict[str, Any]]) -> None:
        """From now on, what the rules say goes wrong; without any, nothing does."""
        self._ask("POST", "rules", list(rules))

    def counts(self) -> Counter[str]:
        """How often each kind of fault has happened."""
        return Counter(one["action"].partition(":")[0] for one in self._ask("GET", "fired"))

    def _ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        answer = httpx.request(method, f"{self.address}/_microburst/{path}", json=body, trust_env=False)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def running_faults(endpoint: str) -> Iterator[Faults]:
    """A proxy before an emulator, until the end."""
    port = free_port()
    command = [str(PYTHON), "-m", "microburst", "--upstream", endpoint, "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        made = Faults(f"http://127.0.0.1:{port}")
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                made.begin([])
                break
            except httpx.TransportError:
                assert process.poll() is None, "The proxy has ended."
                assert time.monotonic() < end, "The proxy does not answer."
                time.sleep(0.05)
        yield made
    finally:
        process.terminate()
        process.wait()
