"""Lends the same few signing keys to all shops of a process: making one takes longer than most tests."""

import itertools
from collections.abc import Iterator

import pytest
from joserfc.jwk import RSAKey

from cartwheel.accounts.crypto import KeyRing, new_signing_key

_KEYS = 8
"""More than any test asks for, so that each time it gets another one."""


@pytest.fixture(scope="session", autouse=True)
def _shared_signing_keys() -> Iterator[None]:
    made: dict[int, RSAKey] = {}
    turns = itertools.cycle(range(_KEYS))

    def lend() -> RSAKey:
        turn = next(turns)
        if turn not in made:
            made[turn] = new_signing_key()
        return made[turn]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KeyRing.__init__, "__defaults__", (lend,))
        yield
