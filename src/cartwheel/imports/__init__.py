"""Catalogues that are sent by browser: kept in pieces, brought in by any worker, told line by line."""

from cartwheel.imports.model import ImportState, NoSuchImport
from cartwheel.imports.service import Imports
from cartwheel.imports.tables import TABLES

__all__ = ["TABLES", "ImportState", "Imports", "NoSuchImport"]
