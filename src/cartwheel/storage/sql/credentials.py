"""A user and a password that change while the shop runs, because Secrets Manager rotates them."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy.util import await_only


class Rotated:
    """Puts user and password into every new connection, as the secret of a database of RDS has them.

    They are kept until the server refuses them: by then the secret tells the new ones. Connections that stand
    already stay good. ``read`` blocks and answers JSON with ``username`` and ``password``.
    """

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._known: dict[str, str] | None = None

    def provide(self, _dialect: object, _record: object, _args: object, params: dict[str, Any]) -> None:
        """For SQLAlchemy's event ``do_connect``."""
        if self._known is None:
            told = json.loads(await_only(asyncio.to_thread(self._read)))
            self._known = {"user": told["username"], "password": told["password"]}
        params.update(self._known)

    def forget(self) -> None:
        """The server has refused them: the next connection asks again."""
        self._known = None
