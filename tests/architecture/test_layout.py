"""What import-linter cannot say without a list of all domains: front doors and file names.

Both read their names from the contracts in pyproject.toml, so a new domain or adapter is named there once.
"""

import grimp
import pytest

from tests.support.project import domains, layers, python_files

# Whoever puts domains together may reach inside one: for its router, its handlers and its adapters.
COMPOSERS = {"adapters", "shop", "entrypoints"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("cartwheel", cache_dir=None)


def _part(module: str) -> str:
    """The part of the package that a module belongs to: "catalog" for cartwheel.catalog.model."""
    return f"{module}.".split(".")[1]


@pytest.mark.parametrize("domain", domains())
def test_a_domain_is_used_through_its_front_door(graph: grimp.ImportGraph, domain: str) -> None:
    package = f"cartwheel.{domain}"
    insides = graph.find_descendants(package) if package in graph.modules else set()
    intruders = {
        f"{importer} -> {inside}"
        for inside in insides
        for importer in graph.find_modules_that_directly_import(inside)
        if _part(importer) not in COMPOSERS | {domain}
    }
    assert intruders == set()


@pytest.mark.parametrize("domain", domains())
def test_a_domain_does_not_knock_at_its_own_front_door(graph: grimp.ImportGraph, domain: str) -> None:
    """The front door imports the insides; the way back would be a cycle."""
    package = f"cartwheel.{domain}"
    importers = graph.find_modules_that_directly_import(package) if package in graph.modules else set()
    assert {importer for importer in importers if _part(importer) == domain} == set()


@pytest.mark.parametrize("domain", domains())
def test_a_domain_has_the_agreed_file_names(domain: str) -> None:
    agreed = {"__init__"} | {name for layer in layers("inside-a-domain") for name in layer}
    found = {path.stem for path in python_files(f"src/cartwheel/{domain}")}
    assert found <= agreed, 'name new files in the contract "Inside a domain"'
