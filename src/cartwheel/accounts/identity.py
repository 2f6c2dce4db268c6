"""The identity port: who may call themselves whom. Built in (``local_identity``) or served by Cognito.

Answers never tell whether an e-mail address has an account, by status, body or (roughly) time. All methods
that take an address of the network are throttled per account and per address; they raise ``Throttled``.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from cartwheel.accounts.crypto import derive, keyed_hash
from cartwheel.accounts.model import Claims, Group, Session
from cartwheel.edge.throttling import Throttle
from cartwheel.storage import Change


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in or a refresh answers. ``expires_in`` is in seconds."""

    access_token: str
    id_token: str
    refresh_token: str | None
    expires_in: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from. The network address is for throttling and is never stored as such."""

    address: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody signs up with."""

    email: str
    password: str = field(repr=False)
    name: str = ""
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A try to sign in. ``second_factor`` is a code of the authenticator app or a recovery code."""

    email: str
    password: str = field(repr=False)
    second_factor: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PasswordReset:
    """A new password, on the strength of a mailed code."""

    email: str
    code: str = field(repr=False)
    password: str = field(repr=False)


class Identity(ABC):
    """Signing up, in and out."""

    @abstractmethod
    async def sign_up(self, new: NewAccount, address: str) -> None:
        """Mails a code to confirm; for an address that has an account, tells its owner instead.

        Every try replaces the one before, with its password and code. Raises ``InvalidEmail``,
        ``InvalidProfile``, ``WeakPassword``.
        """

    @abstractmethod
    async def confirm(self, email: str, code: str, address: str) -> None:
        """Makes the account. Raises ``InvalidCode``, also after five wrong codes."""

    @abstractmethod
    async def resend(self, email: str, address: str) -> None:
        """Mails another code, if a sign-up waits for one; the code before is void."""

    @abstractmethod
    async def sign_in(self, attempt: SignIn, origin: Origin) -> Tokens:
        """Opens a session. Raises ``InvalidCredentials``; with the right password ``EmailNotConfirmed``,
        ``AccountDisabled``, ``TotpRequired`` or ``InvalidTotp``.
        """

    @abstractmethod
    async def refresh(self, refresh_token: str) -> Tokens:
        """Fresh tokens for a session. The refresh token is used up; a second use of it ends the session.

        For ten seconds a second use gets the same answer instead. Raises ``InvalidRefreshToken``.
        """

    @abstractmethod
    async def sign_out(self, refresh_token: str, *, everywhere: bool = False) -> None:
        """Ends the token's session, or all of its user's. Fine for a token whose session is over."""

    @abstractmethod
    async def forgot(self, email: str, address: str) -> None:
        """Mails a code to reset the password, if there is such an account."""

    @abstractmethod
    async def reset(self, reset: PasswordReset, address: str) -> None:
        """Sets a new password and ends all sessions. Raises ``InvalidCode``, ``WeakPassword``."""

    @abstractmethod
    async def verify(self, access_token: str) -> Claims:
        """Who the bearer is. Raises ``InvalidToken``, at once after the session was ended."""


class OwnCredentials(ABC):
    """What somebody who is signed in changes about how they sign in.

    Wherever a password is asked for, ``WrongPassword`` is raised for another one, and tries are throttled.
    """

    @abstractmethod
    async def check_password(self, user_id: str, password: str) -> None:
        """Proves that the owner is calling."""

    @abstractmethod
    async def change_password(self, user_id: str, session_id: str, old: str, new: str) -> None:
        """Sets a new password and ends all other sessions. Raises ``WeakPassword``."""

    @abstractmethod
    async def change_email(self, user_id: str, password: str, email: str) -> None:
        """Mails a code to the new address. Answers the same when another account has it."""

    @abstractmethod
    async def confirm_email(self, user_id: str, code: str) -> None:
        """Makes the new address the account's, tells the old one. Raises ``InvalidCode``, ``EmailTaken``."""

    @abstractmethod
    async def start_totp(self, user_id: str) -> tuple[str, str]:
        """A secret in base 32 and its otpauth URI. Nothing changes until it is confirmed.

        Raises ``TotpAlreadyOn``.
        """

    @abstractmethod
    async def confirm_totp(self, user_id: str, code: str) -> list[str]:
        """Turns the second factor on; answers the recovery codes, once. Raises ``InvalidCode``,
        ``TotpNotStarted``.
        """

    @abstractmethod
    async def disable_totp(self, user_id: str, password: str) -> None:
        """Turns the second factor off; recovery codes are void. Fine when it is off."""


class Devices(ABC):
    """The sessions of users: one per device that is signed in."""

    @abstractmethod
    async def of_user(self, user_id: str) -> Sequence[Session]:
        """The newest sessions, the newest first."""

    @abstractmethod
    async def end(self, user_id: str, session_id: str) -> None:
        """Ends one session. Raises ``SessionNotFound``, also for somebody else's."""

    @abstractmethod
    async def end_all(self, user_id: str) -> None:
        """Signs the user out everywhere."""

    @abstractmethod
    async def ending(self, user_id: str, keep: str | None = None) -> list[Change]:
        """Ends sessions but ``keep``: to be joined to the write that begins the user's next epoch."""

    @abstractmethod
    async def sweep(self, user_id: str, keep: str | None = None) -> None:
        """Called after that write: ends what ``ending`` has left."""


Register = Callable[[NewAccount, Sequence[Group]], Awaitable[str]]
"""Makes a user where identities are kept; answers the user's id. Raises ``EmailTaken``."""


class Limit(BaseModel):
    """How often something may be tried within ``seconds``: for one account, and from one network address."""

    model_config = ConfigDict(frozen=True)

    account: int = 10
    address: int = 100
    seconds: int = 900

    def times(self, factor: float) -> "Limit":
        """So many times as often."""
        return Limit(
            account=int(self.account * factor), address=int(self.address * factor), seconds=self.seconds
        )


class Limits(BaseModel):
    """The limits of a shop. ``code`` is for entering codes and asking for new ones."""

    model_config = ConfigDict(frozen=True)

    sign_in: Limit = Limit()
    sign_up: Limit = Limit()
    code: Limit = Limit()
    reset: Limit = Limit()
    password: Limit = Limit()

    @classmethod
    def times(cls, factor: float) -> "Limits":
        """The usual limits, all multiplied."""
        return cls(**{name: limit.times(factor) for name, limit in cls()})


class Gate:
    """Counts tries before they are made. Accounts and addresses are kept as keyed hashes."""

    def __init__(self, throttle: Throttle, limits: Limits, secret: bytes) -> None:
        self._throttle = throttle
        self._limits = limits
        self._key = derive(secret, "accounts-gate")

    async def sign_in(self, account: str, address: str) -> None:
        """Raises ``Throttled``, as all of these do."""
        await self._pass("sign_in", self._limits.sign_in, account, address)

    async def sign_up(self, account: str, address: str) -> None:
        """One more account."""
        await self._pass("sign_up", self._limits.sign_up, account, address)

    async def code(self, account: str, address: str = "") -> None:
        """One more code asked for or entered."""
        await self._pass("code", self._limits.code, account, address)

    async def reset(self, account: str, address: str) -> None:
        """One more lost password."""
        await self._pass("reset", self._limits.reset, account, address)

    async def password(self, user_id: str) -> None:
        """One more password from somebody who is signed in."""
        await self._pass("password", self._limits.password, user_id, "")

    async def _pass(self, action: str, limit: Limit, account: str, address: str) -> None:
        per = timedelta(seconds=limit.seconds)
        # the address first: one that floods the shop must not lock the owners of accounts out
        if address:
            await self._throttle.hit(self._bucket(action, "from", address), limit.address, per)
        await self._throttle.hit(self._bucket(action, "for", account), limit.account, per)

    def _bucket(self, action: str, side: str, value: str) -> str:
        return f"accounts:{action}:{side}:{keyed_hash(self._key, value, size=16)}"
