"""Makes races happen: SQLite answers without ever suspending, so that tasks would run one after the other."""

import asyncio

from tests.support.counting import CountingStore


class YieldingStore(CountingStore):
    """Lets every other task take its next step before each call."""

    async def arrived(self, call: str) -> None:
        await super().arrived(call)
        await asyncio.sleep(0)
