"""Keeps the garbage collector out of the time that a test may hold the event loop."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_collection_within_a_test() -> Iterator[None]:
    """A full collection takes 0.1 to 0.4 s once a few applications were built; it comes between tests."""
    gc.disable()
    yield
    gc.enable()
