"""The built-in identity, for those who are signed in: password, e-mail address, authenticator app."""

from collections.abc import Awaitable, Callable

from cartwheel.accounts import tables
from cartwheel.accounts.crypto import new_totp_secret, totp_bytes, totp_step, totp_uri
from cartwheel.accounts.identity import Devices, OwnCredentials
from cartwheel.accounts.model import (
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    Credentials,
    EmailTaken,
    InvalidCode,
    InvalidToken,
    RecoveryCode,
    TotpAlreadyOn,
    TotpNotStarted,
    User,
    UserNotFound,
    WrongPassword,
    check_password,
    contact,
    parse_email,
)
from cartwheel.accounts.service import Proofs
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import public_code
from cartwheel.messaging import emit
from cartwheel.storage import Conflict, Put, Store

Prove = Callable[[str, str], Awaitable[None]]
"""Takes a user's id and password; raises ``WrongPassword``."""


class LocalCredentials(OwnCredentials):
    """``OwnCredentials`` on a ``Store``. ``shop_name`` is what authenticator apps show.

    ``prove`` asks for the password where another provider keeps it: then this changes addresses only.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sessions: Devices,
        proofs: Proofs,
        shop_name: str = "Cartwheel",
        prove: Prove | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._proofs = proofs
        self._shop_name = shop_name
        self._prove = prove

    async def check_password(self, user_id: str, password: str) -> None:
        if self._prove is None:
            await self._proven(user_id, password)
        else:
            await self._prove(user_id, password)

    async def change_password(self, user_id: str, session_id: str, old: str, new: str) -> None:
        check_password(new)
        proven = await self._proven(user_id, old)
        user = await self._user(user_id)
        password_hash = await self._proofs.passwords.hash(new)
        try:
            await self._store.write(
                tables.rehash_password(user_id, proven.password_hash or "", password_hash),
                tables.change_user(user_id, add={"epoch": 1}),
                tables.void_code(user_id, "email"),
                tables.void_code(user_id, "reset"),
                *await self._sessions.ending(user_id, keep=session_id),
                emit(self._clock, "PasswordChanged", user_id, contact(user)),
            )
        except Conflict as conflict:
            if conflict.change.table is tables.CREDENTIALS:  # changed by somebody else meanwhile
                raise WrongPassword from None
            raise InvalidToken from None  # signed out meanwhile
        await self._sessions.sweep(user_id, keep=session_id)

    async def change_email(self, user_id: str, password: str, email: str) -> None:
        address, key = parse_email(email)
        await self.check_password(user_id, password)
        user = await self._user(user_id)
        claim = await self._store.get(tables.EMAILS, key)
        if claim is not None and claim.user_id != user_id:
            owner = await self._user(claim.user_id)
            told = emit(self._clock, "AlreadyRegistered", owner.user_id, contact(owner))
            await self._store.write(self._proofs.codes.decoy(key, "email"), told)
            return
        code, put = self._proofs.codes.issue(user_id, "email", address)
        payload = {**contact(user), "email": address, "code": code}
        await self._store.write(put, emit(self._clock, "EmailChangeRequested", user_id, payload))

    async def confirm_email(self, user_id: str, code: str) -> None:
        await self._proofs.gate.code(user_id)
        entered = await self._proofs.codes.check(user_id, "email", code)
        user = await self._user(user_id)
        old_key, new_key = parse_email(user.email)[1], parse_email(entered.email)[1]
        moved = [tables.claim_email(new_key, user_id), tables.free_email(old_key, user_id)]
        payload = {**contact(user), "newEmail": entered.email}
        try:
            await self._store.write(
                tables.use_code(entered),
                tables.change_user_as_read(user, {"email": entered.email}),
                *(moved if new_key != old_key else []),
                # a reset code was mailed to an address that is no longer the account's
                tables.void_code(user_id, "reset"),
                emit(self._clock, "EmailChanged", user_id, payload),
            )
        except Conflict as conflict:
            if conflict.change.table is tables.EMAILS:
                raise EmailTaken from None
            raise InvalidCode from None

    async def start_totp(self, user_id: str) -> tuple[str, str]:
        user = await self._user(user_id)
        secret = new_totp_secret()
        try:
            await self._store.write(tables.start_totp(user_id, self._proofs.vault.seal(secret)))
        except Conflict:
            raise TotpAlreadyOn from None
        return secret, totp_uri(secret, user.email, self._shop_name)

    async def confirm_totp(self, user_id: str, code: str) -> list[str]:
        await self._proofs.gate.code(user_id)
        credentials = await self._credentials(user_id)
        if credentials.totp_pending is None:
            raise TotpAlreadyOn if credentials.totp_secret else TotpNotStarted
        secret = totp_bytes(self._proofs.vault.open(credentials.totp_pending))
        step = totp_step(secret, "".join(code.split()), self._clock())
        if step is None or step <= credentials.totp_step:
            raise InvalidCode
        user = await self._user(user_id)
        spare = [public_code(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
        hashes = [self._proofs.recovery_hash(user_id, code) for code in spare]
        try:
            await self._store.write(
                tables.turn_totp_on(user_id, credentials.totp_pending, step),
                tables.change_user(user_id, {"totp_enabled": True}),
                *(Put(tables.RECOVERY_CODES, RecoveryCode(user_id=user_id, code_hash=h)) for h in hashes),
                emit(self._clock, "TotpEnabled", user_id, contact(user)),
            )
        except Conflict:  # confirmed or started anew in another window
            raise InvalidCode from None
        return spare

    async def disable_totp(self, user_id: str, password: str) -> None:
        credentials = await self._proven(user_id, password)
        if credentials.totp_secret is None and credentials.totp_pending is None:
            return
        user = await self._user(user_id)
        spare = (await self._store.query(tables.recovery_codes_of(user_id))).items
        try:
            await self._store.write(
                *tables.turn_totp_off(user_id, spare),
                emit(self._clock, "TotpDisabled", user_id, contact(user)),
            )
        except Conflict:
            raise UserNotFound(user_id) from None

    async def _proven(self, user_id: str, password: str) -> Credentials:
        await self._proofs.gate.password(user_id)
        credentials = await self._store.get(tables.CREDENTIALS, user_id)
        password_hash = credentials.password_hash if credentials else None
        if not await self._proofs.passwords.matches(password, password_hash):
            raise WrongPassword
        if credentials is None:
            raise UserNotFound(user_id)
        return credentials

    async def _credentials(self, user_id: str) -> Credentials:
        credentials = await self._store.get(tables.CREDENTIALS, user_id)
        if credentials is None:
            raise UserNotFound(user_id)
        return credentials

    async def _user(self, user_id: str) -> User:
        user = await self._store.get(tables.USERS, user_id)
        if user is None or user.disabled:
            raise UserNotFound(user_id)
        return user
