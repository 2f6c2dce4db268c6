"""Imports as processes: killed at any moment they are taken up again, and large files need no more memory."""

import json
import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from cartwheel.catalog import Catalog, Sort
from cartwheel.imports.formats import Reading
from cartwheel.imports.importing import READERS
from tests.support.project import ROOT

BATCH = 100


def _file(path: Path, count: int) -> Path:
    """So many products, with texts of a usual length."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(_lines(count, path.suffix))
    return path


def _lines(count: int, suffix: str) -> Iterator[str]:
    text = "Very fine. " * 40
    if suffix == ".csv":
        yield "Handle,Title,Body (HTML),Type,Variant Price,Variant Inventory Qty\n"
    for number in range(count):
        category = f"c-{number % 9}"
        if suffix == ".yaml":
            yield f"- id: p-{number}\n  name: Product {number}\n  price: 9.99\n  category: {category}\n"
            yield f"  current_stock: 2\n  description: {text}\n"
        elif suffix == ".csv":
            yield f"p-{number},Product {number},{text},{category},9.99,2\n"
        else:
            line = {"productId": f"p-{number}", "name": f"Product {number}", "price": 9.99, "stock": 2}
            yield json.dumps({**line, "category": category, "description": text}) + "\n"


def _start(database: Path, file: Path, pause: float = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.catalog.import_process", str(database), str(file), str(pause)]
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE, text=True
    )


def _finish(process: subprocess.Popen[str]) -> tuple[str, int]:
    """The tally and the peak of memory in KiB."""
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    tally, _, memory = output.splitlines()[-1].removeprefix("done: ").partition("; ")
    return tally, int(memory)


async def _stored(catalog: Catalog) -> int:
    return len([product async for product in catalog.everything()])


@pytest.mark.slow_callbacks_ok(reason="waits for processes")
async def test_a_killed_import_is_taken_up_again(tmp_path: Path, catalog: Catalog) -> None:
    count = 1200
    file, database = _file(tmp_path / "products.jsonl", count), tmp_path / "shop.db"
    for batches in (2, 5):
        process = _start(database, file, pause=0.02)
        assert process.stdout is not None
        for _ in range(batches):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert (batches - 1) * BATCH <= await _stored(catalog) < count
    before = await _stored(catalog)
    tally, _ = _finish(_start(database, file))
    assert tally == f"{count - before} created, 0 updated, {before} unchanged, 0 rejected"
    tally, _ = _finish(_start(database, file))
    assert tally == f"0 created, 0 updated, {count} unchanged, 0 rejected"
    assert sum(category.products for category in await catalog.categories()) == count
    assert len({product.slug for product in (await catalog.listed(sort=Sort.NAME, limit=1000)).items}) == 1000


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """What does grow are hashes of names, and SQLite's own cache up to its limit of 16 MB."""
    _, small = _finish(_start(tmp_path / "small.db", _file(tmp_path / "small.jsonl", 500)))
    tally, large = _finish(_start(tmp_path / "large.db", _file(tmp_path / "large.jsonl", 5000)))
    assert tally.startswith("5000 created")
    assert large - small < 16_000


@pytest.mark.parametrize("suffix", [".jsonl", ".yaml", ".csv"])
def test_a_reader_holds_one_product_at_a_time(tmp_path: Path, suffix: str) -> None:
    file = _file(tmp_path / f"products{suffix}", 10_000)
    with file.open(encoding="utf-8", newline="") as stream:
        records = READERS[suffix[1:]](stream, Reading("USD"))
        assert next(records).draft is not None
        tracemalloc.start()
        try:
            count = 1 + sum(record.draft is not None for record in records)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert count == 10_000
    assert peak < 1_000_000 < file.stat().st_size / 4
