"""What has expired leaves the disk a little at a time, so that nobody who shops meanwhile has to wait."""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from cartwheel.storage import Store, Table

BATCH = 100
"""Rows that are removed together: a few milliseconds, which is the longest that a request waits for it."""

LEAST_PAUSE = 0.002
"""Seconds between two batches, at least."""

LONGEST = 20.0
"""Seconds of one run: what is left then waits for the next one, and a worker can stop meanwhile."""


async def sweep_expired(store: Store, tables: Sequence[Table[Any]]) -> int:
    """Removes expired rows of these tables for ``LONGEST`` seconds at most; answers how many.

    After each batch it rests as long as the batch has taken: an embedded store runs on the loop that answers
    requests, and half of its time stays theirs, however much there is to remove.
    """
    removed, until = 0, perf_counter() + LONGEST
    for table in tables:
        while True:
            began = perf_counter()
            count = await store.purge(table, BATCH)
            removed += count
            if count < BATCH or perf_counter() >= until:
                break
            await asyncio.sleep(max(LEAST_PAUSE, perf_counter() - began))
        await asyncio.sleep(0)
    return removed
