"""Finds products by words: an index beside the catalogue, kept in step by its events."""

from cartwheel.search.provider import Entry, SearchIndex
from cartwheel.search.service import Search

__all__ = ["Entry", "Search", "SearchIndex"]
