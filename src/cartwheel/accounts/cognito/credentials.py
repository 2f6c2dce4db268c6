"""What Cognito lets people change about how they sign in.

Password and authenticator app are Cognito's; another e-mail address is confirmed with a code of the shop's
own, and Cognito is told. There are no recovery codes.
"""

from collections.abc import Mapping

from cartwheel.accounts import tables
from cartwheel.accounts.cognito.pool import BEARER, NO_TOKEN, Refusals, UserPool
from cartwheel.accounts.cognito.sessions import PoolSessions
from cartwheel.accounts.crypto import totp_uri
from cartwheel.accounts.identity import Gate, OwnCredentials
from cartwheel.accounts.model import (
    InvalidCode,
    InvalidCredentials,
    InvalidToken,
    TotpAlreadyOn,
    TotpNotStarted,
    User,
    UserNotFound,
    WrongPassword,
    check_password,
    contact,
    parse_email,
)
from cartwheel.kernel.clock import Clock
from cartwheel.messaging import emit
from cartwheel.storage import Conflict, Store

_WRONG_CODE: Refusals = {
    **NO_TOKEN,
    "CodeMismatchException": InvalidCode,
    "EnableSoftwareTokenMFAException": InvalidCode,
    "InvalidParameterException": InvalidCode,
    "ResourceNotFoundException": TotpNotStarted,
    "SoftwareTokenMFANotFoundException": TotpNotStarted,
}
_MFA_ON: Mapping[str, bool] = {"Enabled": True, "PreferredMfa": True}


class PoolPasswords:
    """Proves that the owner is calling, by the password that Cognito keeps. Tries are throttled."""

    def __init__(self, store: Store, pool: UserPool, gate: Gate) -> None:
        self._store = store
        self._pool = pool
        self.gate = gate

    async def check(self, user_id: str, password: str) -> None:
        """Raises ``WrongPassword``. No session stays open."""
        await self.gate.password(user_id)
        user = await self._store.get(tables.USERS, user_id)
        if user is None or user.disabled:
            raise UserNotFound(user_id)
        if not password:
            raise WrongPassword
        try:
            answer = await self._pool.password(parse_email(user.email)[1], password)
        except InvalidCredentials:
            raise WrongPassword from None
        token = answer.get("AuthenticationResult", {}).get("RefreshToken")
        if token:
            await self._pool.for_client("revoke_token", {"Token": token})


class CognitoCredentials(OwnCredentials):
    """``OwnCredentials`` on a user pool. ``emails`` changes addresses in the shop; ``shop_name`` is what
    authenticator apps show.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sessions: PoolSessions,
        passwords: PoolPasswords,
        emails: OwnCredentials,
        shop_name: str,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._pool = sessions.pool
        self._gate = passwords.gate
        self._passwords = passwords
        self._emails = emails
        self._shop_name = shop_name

    async def check_password(self, user_id: str, password: str) -> None:
        await self._passwords.check(user_id, password)

    async def change_password(self, user_id: str, session_id: str, old: str, new: str) -> None:
        check_password(new)
        await self._passwords.check(user_id, old)
        user = await self._user(user_id)
        await self._pool.set_password(user_id, new)
        try:
            await self._store.write(
                tables.change_user(user_id, add={"epoch": 1}),
                tables.void_code(user_id, "email"),
                *await self._sessions.ending(user_id, keep=session_id),
                emit(self._clock, "PasswordChanged", user_id, contact(user)),
            )
        except Conflict:  # signed out meanwhile
            raise InvalidToken from None

    async def change_email(self, user_id: str, password: str, email: str) -> None:
        await self._emails.change_email(user_id, password, email)

    async def confirm_email(self, user_id: str, code: str) -> None:
        """Where Cognito cannot be told at once, the event of the change has it told later."""
        await self._emails.confirm_email(user_id, code)
        await self._pool.readdress(await self._user(user_id))

    async def start_totp(self, user_id: str) -> tuple[str, str]:
        user = await self._user(user_id)
        if user.totp_enabled:
            raise TotpAlreadyOn
        answer = await self._pool.ask("associate_software_token", {"AccessToken": BEARER.get()}, NO_TOKEN)
        secret = str(answer["SecretCode"])
        return secret, totp_uri(secret, user.email, self._shop_name)

    async def confirm_totp(self, user_id: str, code: str) -> list[str]:
        await self._gate.code(user_id)
        user = await self._user(user_id)
        if user.totp_enabled:
            raise TotpAlreadyOn
        given, token = "".join(code.split()), {"AccessToken": BEARER.get()}
        answer = await self._pool.ask("verify_software_token", {**token, "UserCode": given}, _WRONG_CODE)
        if answer.get("Status") != "SUCCESS":
            raise InvalidCode
        await self._pool.ask(
            "set_user_mfa_preference", {**token, "SoftwareTokenMfaSettings": _MFA_ON}, NO_TOKEN
        )
        await self._turned(user, on=True)
        return []

    async def disable_totp(self, user_id: str, password: str) -> None:
        await self._passwords.check(user_id, password)
        user = await self._user(user_id)
        await self._pool.forget_totp(user_id)
        if user.totp_enabled:
            await self._turned(user, on=False)

    async def _turned(self, user: User, *, on: bool) -> None:
        event = "TotpEnabled" if on else "TotpDisabled"
        try:
            await self._store.write(
                tables.change_user(user.user_id, {"totp_enabled": on}),
                emit(self._clock, event, user.user_id, contact(user)),
            )
        except Conflict:
            raise UserNotFound(user.user_id) from None

    async def _user(self, user_id: str) -> User:
        user = await self._store.get(tables.USERS, user_id)
        if user is None or user.disabled:
            raise UserNotFound(user_id)
        return user
