"""Imports into a shop: nothing twice, nothing lost, and what a file says comes out again."""

import io
import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from cartwheel.catalog import Catalog, Draft, ProductStatus, Sort, VariantDraft
from cartwheel.imports.formats import Reading, Record, read_jsonl, read_yaml
from cartwheel.imports.importing import READERS, Importer, Plan, Rejection, Report, export, format_of
from cartwheel.imports.model import Tally
from cartwheel.inventory import Inventory, Line
from tests.catalog.making import RIVAL, VENDOR, simple, sized, variants
from tests.support.announced import announced
from tests.support.counting import CountingStore
from tests.support.project import ROOT

DATA = Path(os.environ.get("CARTWHEEL_TEST_DATA", ROOT.parent / "shared" / "data"))
PRODUCTS_YAML = DATA / "retail-demo-store" / "products.yaml"


class Desk:
    """Imports with the catalogue of the test, and keeps what was rejected."""

    def __init__(self, catalog: Catalog, stock: Inventory) -> None:
        self.catalog = catalog
        self.stock = stock
        self.rejected: list[Rejection] = []

    async def records(self, records: Iterable[Record], plan: Plan = Plan()) -> Tally:  # noqa: B008 - frozen
        return await Importer(self.catalog, self.stock, plan, self.rejected.append).run(records)

    async def lines(self, *lines: dict[str, object], plan: Plan = Plan()) -> Tally:  # noqa: B008 - frozen
        text = "\n".join(json.dumps(line) for line in lines)
        return await self.records(read_jsonl(io.StringIO(text), Reading(self.catalog.currency)), plan)

    async def exported(self, format: str) -> str:
        stream = io.StringIO(newline="")
        await export(stream, format, self.catalog, self.stock, lambda _: None)
        return stream.getvalue()


@pytest.fixture
def desk(catalog: Catalog, stock: Inventory) -> Desk:
    return Desk(catalog, stock)


def _line(id: str = "p-1", **fields: object) -> dict[str, object]:
    return {"productId": id, "name": "Shoe", "price": 19.99, "stock": 3, **fields}


async def test_a_second_run_changes_nothing(desk: Desk, counting: CountingStore) -> None:
    lines = [_line(f"p-{number}", category="Shoes") for number in range(150)]
    assert await desk.lines(*lines) == Tally(created=150)
    told = await announced(counting)
    counting.taken()
    assert await desk.lines(*lines) == Tally(unchanged=150)
    assert not [call for call in counting.taken() if call.startswith("write")]
    assert await announced(counting) == told
    assert [category.products for category in await desk.catalog.categories()] == [150]


async def test_several_products_share_a_write(desk: Desk, counting: CountingStore) -> None:
    await desk.lines(*(_line(f"00000000-0000-0000-0000-{n:012}", name=f"Shoe {n}") for n in range(100)))
    writes = [call for call in counting.taken() if call.startswith("write")]
    assert len(writes) == 5  # four changes each, a hundred in a write, less one for the category


@pytest.mark.slow_callbacks_ok(
    reason="the command reads a hundred of the largest products at once, in a loop of its own"
)
async def test_large_products_share_a_write_as_far_as_they_fit(desk: Desk) -> None:
    big = "ä" * 20_000
    lines = [
        _line(f"p-{n}", description=big, attributes={f"a{k}": big[:1000] for k in range(50)})
        for n in range(60)
    ]
    assert await desk.lines(*lines) == Tally(created=60)


async def test_what_the_file_says_anew_is_changed(desk: Desk) -> None:
    await desk.lines(_line(), _line("p-2"))
    tally = await desk.lines(_line(price=5, stock=99), _line("p-2"), _line("p-3"))
    assert tally == Tally(created=1, updated=1, unchanged=1)
    assert (await desk.catalog.get("p-1")).price == 500
    assert (await desk.stock.stock(["p-1"]))["p-1"].available == 3


async def test_stock_is_set_only_when_asked_for(desk: Desk) -> None:
    await desk.lines(_line())
    await desk.stock.reserve("order-1", [Line(variant_id="p-1", quantity=1)])
    assert await desk.lines(_line(stock=10), plan=Plan(with_stock=True, dry_run=True)) == Tally(updated=1)
    assert await desk.lines(_line(stock=10), plan=Plan(with_stock=True)) == Tally(updated=1)
    assert await desk.lines(_line(stock=10), plan=Plan(with_stock=True)) == Tally(unchanged=1)
    row = (await desk.stock.stock(["p-1"]))["p-1"]
    assert (row.available, row.on_hand) == (10, 11)


async def test_a_dry_run_writes_nothing(desk: Desk, counting: CountingStore) -> None:
    await desk.catalog.create(simple(product_id="p-1", only={"price": 1, "sku": "A"}))
    await desk.catalog.create(simple("Boot", product_id="p-2", slug="boot"))
    counting.taken()
    tally = await desk.lines(
        _line(sku="A"),
        _line("p-3"),
        _line("p-4", sku="A"),
        _line("p-5", slug="boot"),
        plan=Plan(dry_run=True),
    )
    assert tally == Tally(created=1, updated=1, rejected=2)
    assert [rejection.reason for rejection in desk.rejected] == [
        "The file has this twice: sku A.",
        "Another product has the slug boot.",
    ]
    assert not [call for call in counting.taken() if call.startswith("write")]


async def test_one_bad_product_of_a_write_does_not_lose_the_others(desk: Desk) -> None:
    await desk.catalog.create(simple(only={"price": 1, "sku": "TAKEN"}))
    lines = [
        _line("p-1"),
        _line("p-2", sku="TAKEN"),
        _line("p-3"),
        _line("p-1", name="Again"),
        _line("p-4", price=-1),
    ]
    assert await desk.lines(*lines) == Tally(created=2, rejected=3)
    assert sorted((rejection.line, rejection.key, rejection.reason) for rejection in desk.rejected) == [
        (2, "p-2", "Another product has the SKU TAKEN."),
        (4, "p-1", "The file has this twice: id p-1."),
        (5, "p-4", "price: Input should be greater than or equal to 0"),
    ]
    assert await desk.catalog.find("p-3")


async def test_without_id_the_handle_counts_else_the_name(desk: Desk) -> None:
    lines: list[dict[str, object]] = [
        {"name": "Red shoe", "price": 1},
        {"name": "Other", "slug": "Handle", "price": 1},
        {"name": "靴", "price": 1},
        {"name": "!!!", "price": 1},
    ]
    assert await desk.lines(*lines) == Tally(created=3, rejected=1)
    assert await desk.lines(*lines) == Tally(unchanged=3, rejected=1)
    assert {product.slug for product in (await desk.catalog.listed(sort=Sort.NAME)).items} == {
        "red-shoe",
        "handle",
        "靴",
    }


async def test_a_vendor_touches_only_its_own(desk: Desk) -> None:
    theirs = await desk.catalog.create(simple(product_id="p-1"), RIVAL)
    plan = Plan(vendor_id=VENDOR)
    assert await desk.lines(_line(name="Stolen"), _line("p-2", vendorId=RIVAL), plan=plan) == Tally(
        created=1, rejected=1
    )
    assert await desk.catalog.get("p-1") == theirs
    assert (await desk.catalog.get("p-2")).vendor_id == VENDOR


async def _everything(desk: Desk) -> None:
    """Products of all sorts."""
    await desk.catalog.create(
        simple(
            'Café, "Crème"\n=1+1',
            description='<p>a</p>\r\n, "b"',
            category="Home Décor",
            brand="Acme",
            attributes={"tags": "a, b", "Wäsche": "30°"},
            images=[{"url": "https://img.test/1.jpg", "alt": "x, y"}, {"url": "/media/2.jpg"}],
            only={"price": 1999, "compare_at": 2500, "sku": "A", "weight_grams": 7, "stock": 3},
        ),
        VENDOR,
    )
    await desk.catalog.create(sized("S", "M", "L", status=ProductStatus.DRAFT))
    await desk.catalog.create(Draft(title="Many", category="Things", variants=variants(30, "V")))
    mixed = [
        VariantDraft(options={"Size": "S", "Colour": "red"}, price=1, image_url="https://img.test/r.jpg"),
        VariantDraft(options={"Colour": "blue"}, price=0),
    ]
    await desk.catalog.create(Draft(title="Mixed", variants=mixed, status=ProductStatus.ARCHIVED))


@pytest.mark.parametrize("format", ["jsonl", "csv"])
@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
async def test_an_export_comes_in_again(desk: Desk, format: str, currency: str) -> None:
    desk.catalog.currency = currency
    await _everything(desk)
    text = await desk.exported(format)

    def again() -> Iterable[Record]:
        return READERS[format](io.StringIO(text, newline=""), Reading(currency))

    assert await desk.records(again(), Plan(with_stock=True)) == Tally(unchanged=4)
    async for product in desk.catalog.everything():
        await desk.catalog.delete(product.product_id)
    tally = await desk.records(again())
    assert desk.rejected == []
    assert tally == Tally(created=4)
    assert desk.rejected == []
    assert sorted(_timeless(await desk.exported(format))) == sorted(_timeless(text))


def _timeless(text: str) -> list[str]:
    """Lines in which only a change counts, not when it was made."""
    if not text.startswith("{"):
        return text.splitlines()
    lines = [json.loads(line) for line in text.splitlines()]
    return [json.dumps({name: value for name, value in line.items() if name != "version"}) for line in lines]


async def test_the_products_of_the_retail_demo_store(desk: Desk) -> None:
    if not PRODUCTS_YAML.exists():
        pytest.skip(f"{PRODUCTS_YAML} is not there; CARTWHEEL_TEST_DATA names another folder")
    for expected in (Tally(created=2465), Tally(unchanged=2465)):
        with PRODUCTS_YAML.open(encoding="utf-8", newline="") as stream:
            assert await desk.records(read_yaml(stream, Reading("USD"))) == expected
    assert desk.rejected == []
    categories = await desk.catalog.categories()
    assert sum(category.products for category in categories) == 2449  # 16 are for a voice shop: drafts
    cheapest = (await desk.catalog.listed(sort=Sort.PRICE, limit=1)).items[0]
    dearest = (await desk.catalog.listed(sort=Sort.PRICE_DOWN, limit=1)).items[0]
    assert (cheapest.price, dearest.price) == (199, 2_499_999)


@pytest.mark.parametrize("name", ["report.csv", "report.json"])
def test_a_report_lists_every_rejection(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with Report(path) as report:
        for line in range(1, 21):
            report.add(Rejection(line, "a,b", "not \udcff"))
    assert len(report.shown) == 10
    text = path.read_text(encoding="utf-8")
    if name.endswith(".json"):
        assert json.loads(text)[19] == {"line": 20, "key": "a,b", "reason": "not \\udcff"}
    else:
        assert text.splitlines()[0] == "line,key,reason"
        assert text.splitlines()[20] == '20,"a,b",not \\udcff'
    with Report(path):
        pass
    assert path.read_text(encoding="utf-8").split() == (
        ["[]"] if name.endswith(".json") else ["line,key,reason"]
    )


def test_a_name_tells_the_format() -> None:
    names = ["a.csv", "a.JSONL", "a.ndjson", "a.yaml", "a.yml", "a.txt"]
    assert [format_of(Path(name)) for name in names] == ["csv", "jsonl", "jsonl", "yaml", "yaml", None]
