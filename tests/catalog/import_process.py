"""An import in a process of its own, to be killed or measured: ``python -m … DATABASE FILE [PAUSE]``.

Prints how many products it has seen after each batch, and at the end the tally and its peak of memory in KiB.
"""

import asyncio
import resource
import sys
import time
from pathlib import Path

from cartwheel import catalog as domain
from cartwheel import inventory
from cartwheel.catalog import Catalog
from cartwheel.imports.formats import Reading
from cartwheel.imports.importing import READERS, Importer, Plan, format_of
from cartwheel.imports.model import Tally
from cartwheel.inventory import Inventory
from cartwheel.kernel.clock import utc_now
from cartwheel.messaging import OUTBOX
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.sql import SqlStore, open_driver


async def main(database: str, file: Path, pause: float) -> None:
    """Imports the file into an SQLite database."""
    tables = (*domain.TABLES, *inventory.TABLES, OUTBOX)
    store = SqlStore(open_driver(f"sqlite:///{database}"), tables, Cursors(b"c" * 32), utc_now)
    await store.prepare()
    catalog, stock = Catalog(store, utc_now, "USD"), Inventory(store, utc_now)

    def tell(tally: Tally) -> None:
        print(tally.created + tally.updated + tally.unchanged + tally.rejected, flush=True)  # noqa: T201
        time.sleep(pause)

    importer = Importer(catalog, stock, Plan(), lambda _: None)
    with file.open(encoding="utf-8", newline="") as stream:
        tally = await importer.run(READERS[format_of(file) or ""](stream, Reading("USD")), tell)
    await store.close()
    print(f"done: {tally}; {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), float((sys.argv[3:] or ["0"])[0])))
