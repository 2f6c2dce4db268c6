"""The API for tests: assembled once for many shops, since FastAPI takes half a second for it.

What routes are given does not belong to one shop but stands for the same part of whichever shop has the
application at the time. One that is in use is not given to another.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from fastapi import FastAPI

from cartwheel.entrypoints.api import create_app
from cartwheel.shop import Shop


class _Part:
    """Stands for a part of the shop that has the application: its methods, its type, its call."""

    def __init__(self, find: Callable[[], Any]) -> None:
        self._find = find

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # noqa: ANN401 - what `isinstance` sees
        return type(self._find())

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._find(), name)

    def __call__(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - a clock is called
        return self._find()(*arguments, **named)


class _Lent:
    """An application, and the shop that has it now. Looks like a shop while it is assembled."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.settings = shop.settings
        self.app = create_app(cast("Shop", self))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if callable(method := Shop.__dict__.get(name)):
            return method.__get__(self)
        return _Part(lambda: getattr(self.shop, name))


_idle: defaultdict[str, list[_Lent]] = defaultdict(list)


@asynccontextmanager
async def application(shop: Shop) -> AsyncIterator[FastAPI]:
    """The API of a shop as a server has it before the first request."""
    fits = _idle[shop.settings.model_dump_json(exclude={"data", "database"})]
    # in a thread, for it takes a while to assemble
    lent = fits.pop() if fits else await asyncio.to_thread(_Lent, shop)
    lent.shop = shop
    try:
        yield lent.app
    finally:
        fits.append(lent)
