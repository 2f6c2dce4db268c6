"""What users keep about themselves: profile and address book."""

from dataclasses import dataclass
from typing import Any

from cartwheel.accounts import tables
from cartwheel.accounts.identity import Devices
from cartwheel.accounts.model import (
    Address,
    AddressFields,
    AddressNotFound,
    InvalidProfile,
    TooManyAddresses,
    User,
    UserNotFound,
    check_locale,
    clean_line,
)
from cartwheel.accounts.service import ATTEMPTS, Accounts
from cartwheel.kernel.clock import Clock, iso
from cartwheel.kernel.errors import Unavailable
from cartwheel.kernel.ids import sortable_id
from cartwheel.storage import Conflict, Store


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What changes; ``None`` stays as it is."""

    name: str | None = None
    locale: str | None = None
    marketing_opt_in: bool | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An address in its book; the default is proposed first."""

    address: Address
    is_default: bool


class Profiles:
    """Everything here belongs to the user whose id is given; other people's things are not found."""

    def __init__(self, store: Store, clock: Clock, accounts: Accounts, sessions: Devices) -> None:
        self._store = store
        self._clock = clock
        self._accounts = accounts
        self._sessions = sessions

    async def update(self, user_id: str, change: ProfileChange) -> User:
        """Changes the profile. Raises ``InvalidProfile``, ``UserNotFound``."""
        values: dict[str, Any] = {}
        if change.name is not None:
            values["name"] = clean_line(change.name, "name")
        if change.locale is not None:
            values["locale"] = check_locale(change.locale)
        user = await self._accounts.get_user(user_id)
        if change.marketing_opt_in is not None and change.marketing_opt_in != bool(user.marketing_opt_in_at):
            values["marketing_opt_in_at"] = self._clock() if change.marketing_opt_in else None
        if not values:
            return user
        try:
            await self._store.write(tables.change_user(user_id, values))
        except Conflict:
            raise UserNotFound(user_id) from None
        return user.model_copy(update=values)

    async def address_book(self, user_id: str) -> list[Entry]:
        """All addresses in order of making."""
        user = await self._accounts.get_user(user_id)
        page = await self._store.query(tables.addresses_of(user_id))
        return [Entry(address, address.address_id == user.default_address_id) for address in page.items]

    async def address(self, user_id: str, address_id: str) -> Entry:
        """One address. Raises ``AddressNotFound``."""
        user = await self._accounts.get_user(user_id)
        address = await self._store.get(tables.ADDRESSES, user_id, address_id)
        if address is None:
            raise AddressNotFound(address_id)
        return Entry(address, address_id == user.default_address_id)

    async def add_address(self, user_id: str, fields: AddressFields, *, as_default: bool = False) -> Entry:
        """One more address; the first one becomes the default. Raises ``TooManyAddresses``."""
        user = await self._accounts.get_user(user_id)
        address = _address(user_id, sortable_id(), fields)
        as_default = as_default or user.default_address_id is None
        try:
            await self._store.write(*tables.add_address(address, as_default=as_default))
        except Conflict:
            await self._accounts.get_user(user_id)  # erased meanwhile: not found
            raise TooManyAddresses from None
        return Entry(address, as_default)

    async def replace_address(
        self, user_id: str, address_id: str, fields: AddressFields, *, as_default: bool = False
    ) -> Entry:
        """Overwrites an address, and makes it the default where asked to. Raises ``AddressNotFound``."""
        address = _address(user_id, address_id, fields)
        values = {"default_address_id": address_id} if as_default else None
        try:
            await self._store.write(tables.replace_address(address), tables.change_user(user_id, values))
        except Conflict:
            raise AddressNotFound(address_id) from None
        user = await self._accounts.get_user(user_id)
        return Entry(address, address_id == user.default_address_id)

    async def remove_address(self, user_id: str, address_id: str) -> None:
        """Removes an address; the oldest one left takes over as default. Raises ``AddressNotFound``."""
        for _ in range(ATTEMPTS):
            user = await self._accounts.get_user(user_id)
            book = (await self._store.query(tables.addresses_of(user_id))).items
            others = [a.address_id for a in book if a.address_id != address_id]
            if len(others) == len(book):
                raise AddressNotFound(address_id)
            try:
                await self._store.write(*tables.remove_address(user, address_id, next(iter(others), None)))
            except Conflict:
                continue
            return
        raise Unavailable("The address book is being changed by others. Try again.")

    async def export(self, user_id: str) -> dict[str, Any]:
        """All that accounts keep about a person, as plain JSON without secrets (GDPR, article 15)."""
        user = await self._accounts.get_user(user_id)
        return {
            "profile": user.model_dump(mode="json", exclude={"shard", "epoch", "version", "address_count"}),
            "addresses": [
                entry.address.model_dump(mode="json", exclude={"user_id"})
                for entry in await self.address_book(user_id)
            ],
            "sessions": [
                {"device": s.device, "created_at": iso(s.created_at), "last_used_at": iso(s.last_used_at)}
                for s in await self._sessions.of_user(user_id)
            ],
        }


def _address(user_id: str, address_id: str, fields: AddressFields) -> Address:
    lines = {name: clean_line(value, name) for name, value in fields.model_dump().items() if name in _LINES}
    for name in _NEEDED:
        if not lines[name]:
            raise InvalidProfile(f"The field {name} is blank.", field=name)
    return Address(user_id=user_id, address_id=address_id, **lines)


_LINES = frozenset(AddressFields.model_fields)
_NEEDED = [name for name, info in AddressFields.model_fields.items() if info.is_required()]
