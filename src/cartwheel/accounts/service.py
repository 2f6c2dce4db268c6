"""Users as the shop runs them, and the one-time codes that are mailed to them."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from cartwheel.accounts import tables
from cartwheel.accounts.crypto import Passwords, Vault, derive, keyed_hash
from cartwheel.accounts.identity import Devices, Gate, NewAccount, Register
from cartwheel.accounts.model import (
    CODE_TIME,
    Code,
    EmailTaken,
    Group,
    InvalidCode,
    InvalidEmail,
    Purpose,
    User,
    UserNotFound,
    check_locale,
    check_password,
    clean_line,
    contact,
    parse_email,
)
from cartwheel.audit import SYSTEM, audited
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import Clash, Denied, Unavailable
from cartwheel.kernel.ids import digits, new_id
from cartwheel.kernel.pages import Page
from cartwheel.messaging import emit
from cartwheel.storage import Change, Check, Conflict, Delete, Put, Store


class OwnAdminRight(Clash):
    """Administrators do not lock themselves out, so that one always remains."""

    code = "own_admin_right"

    def __init__(self) -> None:
        super().__init__("Another administrator has to do that to you.")


class NoLongerAdmin(Denied):
    """The caller has just lost the right to do this."""

    code = "forbidden"

    def __init__(self) -> None:
        super().__init__("You are no longer an administrator.")


NOBODY = "nobody"
"""An id that no user has: reading it takes as long as reading a user."""

ATTEMPTS = 8
"""How often a write is made anew because somebody else changed the same user meanwhile."""


class Codes:
    """Codes of six digits. The store keeps keyed hashes; five wrong ones make a code worthless."""

    def __init__(self, store: Store, clock: Clock, secret: bytes) -> None:
        self._store = store
        self._clock = clock
        self._key = derive(secret, "accounts-codes")

    def issue(self, subject: str, purpose: Purpose, email: str = "") -> tuple[str, Put[Code]]:
        """A new code and the change that makes it the only one of its subject and purpose."""
        code = digits()
        return code, self._put(subject, purpose, self._hash(subject, purpose, code), email)

    def decoy(self, account: str, purpose: Purpose) -> Put[Code]:
        """The change that costs what ``issue`` costs, for an account that does not exist."""
        return self._put(self.nobody(account), purpose, NOBODY)

    def nobody(self, account: str) -> str:
        """The subject of the codes of an account that does not exist."""
        return f"{NOBODY}:{keyed_hash(self._key, account, size=16)}"

    async def check(self, subject: str, purpose: Purpose, entered: str) -> Code:
        """The code that was entered; the caller's write uses it up. Raises ``InvalidCode``.

        A try is counted before the code is compared, and for the code that it is compared with.
        """
        code = await self._store.get(tables.CODES, subject, purpose)
        code_hash = code.code_hash if code else NOBODY
        try:
            await self._store.write(tables.count_try(subject, purpose, code_hash))
        except Conflict:
            raise InvalidCode from None
        given = self._hash(subject, purpose, entered.strip())
        if code is None or not hmac.compare_digest(code_hash, given):
            raise InvalidCode
        return code

    def _put(self, subject: str, purpose: Purpose, code_hash: str, email: str = "") -> Put[Code]:
        expires_at = self._clock() + CODE_TIME[purpose]
        code = Code(subject=subject, purpose=purpose, code_hash=code_hash, email=email, expires_at=expires_at)
        return Put(tables.CODES, code)

    def _hash(self, subject: str, purpose: Purpose, code: str) -> str:
        return keyed_hash(self._key, subject, purpose, code)


@dataclass(frozen=True, slots=True)
class Proofs:
    """What the built-in identity asks people for, and keeps it with."""

    passwords: Passwords
    codes: Codes
    gate: Gate
    vault: Vault
    recovery_key: bytes = field(repr=False)
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, store: Store, clock: Clock, passwords: Passwords, gate: Gate, secret: bytes) -> "Proofs":
        """All of them, under keys that are derived from the app secret."""
        key = derive(secret, "accounts-spare")
        return cls(passwords, Codes(store, clock, secret), gate, Vault(secret), key, secret)

    def recovery_hash(self, user_id: str, code: str) -> str:
        """How a recovery code is kept."""
        return keyed_hash(self.recovery_key, user_id, code)


class Accounts:
    """Looking users up and running them: for other domains, operators and the command line.

    Who may call which of these is decided by the routes and commands that do; ``by`` is the administrator
    behind a call, for the audit log. A write that meets a rival is made again upon what the rival left.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        passwords: Passwords,
        sessions: Devices,
        register: Register | None = None,
    ) -> None:
        """``register`` makes users where another provider keeps passwords."""
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._sessions = sessions
        self._register = register

    async def get_user(self, user_id: str) -> User:
        """The user. Raises ``UserNotFound``, also for an erased one."""
        user = await self._store.get(tables.USERS, user_id)
        if user is None or user.erased_at is not None:
            raise UserNotFound(user_id)
        return user

    async def get_users(self, user_ids: list[str]) -> list[User | None]:
        """Several users in the order of their ids, ``None`` for unknown ones. Erased ones have no name."""
        return await self._store.get_many(tables.USERS, [(user_id,) for user_id in user_ids])

    async def names_of(self, user_ids: Sequence[str]) -> dict[str, str]:
        """How users are called, by id; without those who have no name."""
        users = await self.get_users(list(user_ids))
        return {user.user_id: user.name for user in users if user and user.name}

    async def find_user(self, email: str) -> User | None:
        """The user with that e-mail address, however it is written."""
        try:
            _, key = parse_email(email)
        except InvalidEmail:
            return None
        claim = await self._store.get(tables.EMAILS, key)
        return await self._store.get(tables.USERS, claim.user_id) if claim else None

    async def list_users(self, cursor: str | None = None, limit: int = 50) -> Page[User]:
        """All users, the newest first; erased ones among them, without name and address."""
        return await self._store.query(tables.users_by_creation(limit, cursor))

    async def admins(self) -> list[User]:
        """Everybody who runs the shop (the first hundred). One storage call.

        A shop that is older than this list has nobody in it: they are looked for among all users, once.
        """
        page = await self._store.query(tables.staff(100, None))
        if not page.items:
            async for user in self._store.scan(tables.USERS):
                if "admins" in user.groups:
                    with suppress(Conflict):  # somebody has just changed the user, and the list with that
                        await self._store.write(tables.change_user_as_read(user, {"groups": user.groups}))
            page = await self._store.query(tables.staff(100, None))
        return [user for user in page.items if not user.disabled]

    async def search_users(
        self, by: Literal["email", "name"], beginning: str, cursor: str | None = None, limit: int = 50
    ) -> Page[User]:
        """Users whose e-mail address or name begins like that, whatever its case. One storage call."""
        return await self._store.query(tables.users_found(by, beginning, limit, cursor))

    async def create_user(self, new: NewAccount, groups: tuple[Group, ...] = ("customers",)) -> User:
        """A user whose e-mail address counts as confirmed. Nobody is told.

        Raises ``EmailTaken``, ``InvalidEmail``, ``WeakPassword``, ``InvalidProfile``.
        """
        email, key = parse_email(new.email)
        check_password(new.password)
        user = tables.searchable(
            User(
                user_id=new_id(),
                email=email,
                name=clean_line(new.name, "name"),
                locale=check_locale(new.locale),
                groups=tuple(sorted(set(groups))),
                created_at=self._clock(),
            )
        )
        if self._register is None:
            hashed = await self._passwords.hash(new.password)
        else:
            user, hashed = user.model_copy(update={"user_id": await self._register(new, user.groups)}), None
        try:
            await self._store.write(*tables.new_user(user, key, hashed))
        except Conflict:
            raise EmailTaken from None
        return user

    async def add_group(self, user_id: str, group: Group, by: str = SYSTEM) -> User:
        """Puts the user into a group; tokens say so from their next refresh on."""
        return await self._regroup(user_id, lambda groups: groups | {group}, by, ends_sessions=False)

    async def remove_group(self, user_id: str, group: Group, by: str = SYSTEM) -> User:
        """Takes the user out of a group and signs them out everywhere, so that no token says otherwise.

        Raises ``OwnAdminRight``: since nobody takes it from themselves, the last one keeps it.
        """
        if group == "admins" and by == user_id:
            raise OwnAdminRight
        return await self._regroup(user_id, lambda groups: groups - {group}, by, ends_sessions=True)

    async def disable_user(self, user_id: str, by: str = SYSTEM) -> User:
        """Keeps the user out, at once: all sessions end. Raises ``OwnAdminRight``."""
        if by == user_id:
            raise OwnAdminRight
        return await self._change(user_id, {"disabled": True}, "AccountDisabled", by, ends_sessions=True)

    async def enable_user(self, user_id: str, by: str = SYSTEM) -> User:
        """Lets the user sign in again."""
        return await self._change(user_id, {"disabled": False}, "AccountEnabled", by, ends_sessions=False)

    async def turn_totp_off(self, user_id: str) -> None:
        """Turns the second factor of somebody off who has lost the device and the recovery codes.

        Whoever calls this has made sure who is asking. Raises ``UserNotFound``, also for a disabled user.
        """
        user = await self.get_user(user_id)
        unused = (await self._store.query(tables.recovery_codes_of(user_id))).items
        told = emit(self._clock, "TotpDisabled", user_id, contact(user))
        try:
            await self._store.write(*tables.turn_totp_off(user_id, unused), told)
        except Conflict:
            raise UserNotFound(user_id) from None

    async def erase(self, user_id: str) -> None:
        """Forgets who the user was, for good. Ids and dates stay, for the orders that name them.

        Raises ``UserNotFound``, also when it has been done. Other domains hear ``AccountErased``.
        """
        for _ in range(ATTEMPTS):
            user = await self.get_user(user_id)
            try:
                await self._store.write(*await self._erasing(user))
            except Conflict:
                continue
            await self._sessions.sweep(user_id)
            return
        raise Unavailable("The account is being changed by others. Try again.")

    async def _erasing(self, user: User) -> list[Change]:
        _, key = parse_email(user.email)
        forgotten = {
            "email": "",
            "name": "",
            "locale": "en",
            "marketing_opt_in_at": None,
            "groups": (),
            "disabled": True,
            "totp_enabled": False,
            "default_address_id": None,
            "address_count": 0,
            "erased_at": self._clock(),
        }
        addresses = (await self._store.query(tables.addresses_of(user.user_id))).items
        recovery = (await self._store.query(tables.recovery_codes_of(user.user_id))).items
        # whoever writes something personal changes the version, so nothing is written behind this list's back
        return [
            tables.change_user_as_read(user, forgotten, {"epoch": 1}),
            tables.free_email(key, user.user_id),
            Delete(tables.CREDENTIALS, (user.user_id,)),
            *(tables.void_code(user.user_id, purpose) for purpose in CODE_TIME),
            *(Delete(tables.ADDRESSES, (user.user_id, a.address_id)) for a in addresses),
            *(Delete(tables.RECOVERY_CODES, (user.user_id, r.code_hash)) for r in recovery),
            *await self._sessions.ending(user.user_id),
            emit(self._clock, "AccountErased", user.user_id, contact(user)),
        ]

    async def _regroup(
        self,
        user_id: str,
        change: Callable[[frozenset[Group]], frozenset[Group]],
        by: str,
        *,
        ends_sessions: bool,
    ) -> User:
        def groups(user: User) -> Mapping[str, Any] | None:
            changed = change(frozenset(user.groups))
            return None if changed == frozenset(user.groups) else {"groups": tuple(sorted(changed))}

        return await self._change(user_id, groups, "GroupsChanged", by, ends_sessions=ends_sessions)

    async def _change(
        self,
        user_id: str,
        values: Mapping[str, Any] | Callable[[User], Mapping[str, Any] | None],
        event: str,
        by: str,
        *,
        ends_sessions: bool,
    ) -> User:
        for _ in range(ATTEMPTS):
            user = await self.get_user(user_id)
            allowed = await self._allowed(by, user_id)
            changed = values(user) if callable(values) else values
            if changed is None or all(getattr(user, name) == value for name, value in changed.items()):
                return user
            after = user.model_copy(update=dict(changed))
            told = {"groups": list(after.groups), "disabled": after.disabled}
            ended = await self._sessions.ending(user_id) if ends_sessions else []
            epoch = {"epoch": 1} if ends_sessions else {}
            was = user.model_dump(mode="json", include=set(changed))
            now_is = after.model_dump(mode="json", include=set(changed))
            try:
                await self._store.write(
                    tables.change_user_as_read(user, changed, epoch),
                    *allowed,
                    *ended,
                    audited(self._clock(), by, f"user.{_VERBS[event]}", user_id, was, now_is),
                    emit(self._clock, event, user_id, told),
                )
            except Conflict:
                continue
            if ends_sessions:
                await self._sessions.sweep(user_id)
            return after
        raise Unavailable("The account is being changed by others. Try again.")

    async def _allowed(self, by: str, user_id: str) -> list[Check[User]]:
        """What makes a change fail when its author stops being an administrator meanwhile.

        Two who take the right from each other at once cannot both succeed. Raises ``NoLongerAdmin``.
        """
        if by in (SYSTEM, user_id):
            return []
        author = await self._store.get(tables.USERS, by)
        if author is None or author.disabled or "admins" not in author.groups:
            raise NoLongerAdmin
        return [tables.still(author)]


_VERBS = {"AccountDisabled": "disabled", "AccountEnabled": "enabled", "GroupsChanged": "regrouped"}
"""How the audit log calls what these events tell."""
