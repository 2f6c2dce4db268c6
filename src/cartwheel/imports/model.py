"""An import, the pieces of its file, and the rows that did not come in."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.errors import Invalid, NotFound

MAX_BYTES = 20_000_000
"""The largest file."""

PIECE_BYTES = 192 * 1024
"""Bytes of the file in one row; as base 64 they are a third more."""

FILE_KEPT = timedelta(days=2)
REPORT_KEPT = timedelta(days=90)

Format = Literal["csv", "jsonl", "yaml"]


@dataclass(slots=True)
class Tally:
    """How many records came to which end."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{count} {end}" for end, count in asdict(self).items())


class ImportState(StrEnum):
    """How far it is."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class NoSuchImport(NotFound):
    """There is no such import, or its report is no longer kept."""

    code = "import_not_found"

    def __init__(self) -> None:
        super().__init__("Import not found")


class EmptyFile(Invalid):
    """Nothing was sent."""

    code = "empty_file"

    def __init__(self) -> None:
        super().__init__("The file is empty.")


class NoSuchVendor(NotFound):
    """The products would belong to nobody."""

    code = "vendor_not_found"

    def __init__(self, vendor_id: str) -> None:
        super().__init__("Vendor not found", vendorId=vendor_id)


class Wishes(BaseModel):
    """How a file shall be brought in."""

    model_config = ConfigDict(frozen=True)

    format: Format
    dry_run: bool = False
    with_stock: bool = False
    vendor_id: str | None = None

    def told(self) -> dict[str, object]:
        """As the audit log tells them."""
        return {
            "format": self.format,
            "dryRun": self.dry_run,
            "withStock": self.with_stock,
            "vendorId": self.vendor_id,
        }


class Import(Wishes):
    """One file and what has become of it. ``records`` have been dealt with; a worker goes on behind them."""

    import_id: str
    shard: str = "0"
    by: str
    state: ImportState = ImportState.WAITING
    size: int
    read: int = 0
    """Bytes of the file that are behind it, of ``size``."""
    records: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    failure: str | None = None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self.state in (ImportState.DONE, ImportState.FAILED)

    @property
    def tally(self) -> Tally:
        """The counts so far."""
        return Tally(self.created, self.updated, self.unchanged, self.rejected)


class Piece(BaseModel):
    """Some bytes of the file, in base 64."""

    model_config = ConfigDict(frozen=True)

    import_id: str
    number: int
    content: str
    expires_at: datetime


class RejectedRow(BaseModel):
    """A record that did not come in, and why. ``line`` is where it begins in the file, from 1."""

    model_config = ConfigDict(frozen=True)

    import_id: str
    number: int
    line: int
    key: str
    reason: str
    expires_at: datetime
