"""The port through which files are kept: a folder here, S3 on AWS."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cartwheel.kernel.errors import Invalid

FOR_EVER = "public, max-age=31536000, immutable"
"""The Cache-Control of what everybody may see: a name never shows anything else."""


class NoForms(Invalid):
    """These files are sent with PUT only."""

    code = "forms_not_offered"

    def __init__(self) -> None:
        super().__init__("This shop takes no files by form. Ask for PUT.")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to send one file: ``PUT`` its bytes to ``url`` with these headers.

    With ``fields`` it is a form's: ``POST`` them to ``url`` as multipart/form-data, and then the ``file``.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


class Files(ABC):
    """Files by name. Names that begin with ``public/`` are shown to everybody below ``/media/``, the rest to
    nobody without a signed address. Writing and deleting are repeatable. All raise ``Unavailable``.
    """

    origin = ""
    """Where the addresses of ``upload`` lead, for pages that may only send to whom they are told; empty: the
    shop itself.
    """

    @abstractmethod
    async def upload(self, name: str, content_type: str, size: int, lasts: timedelta) -> Ticket:
        """Leave to send a file of exactly ``size`` bytes."""

    async def form(self, name: str, content_type: str, size: int, lasts: timedelta) -> Ticket:  # noqa: ARG002
        """The same by a form, for pages without scripts. Raises ``NoForms`` where it is not offered."""
        raise NoForms

    @abstractmethod
    async def download(self, name: str, lasts: timedelta) -> str:
        """An address that shows a private file for a while."""

    @abstractmethod
    async def read(self, name: str, limit: int) -> bytes | None:
        """The first ``limit`` bytes; ``None`` where there is no such file."""

    @abstractmethod
    async def write(self, name: str, content: bytes, content_type: str) -> None:
        """Keeps a file. It appears whole or not at all."""

    @abstractmethod
    async def delete(self, names: Sequence[str]) -> None:
        """Removes files; those that are not there count as removed."""

    @abstractmethod
    async def sweep(self, prefix: str, before: datetime) -> int:
        """Removes the files in a folder, such as ``incoming``, that are older; answers how many."""

    async def close(self) -> None:
        """Closes connections, where there are any."""
        return
