"""A user pool of Cognito: what is asked of it, and what its errors mean."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import TypeAlias

import aiohttp
import structlog
from botocore.exceptions import ClientError
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from cartwheel.accounts.identity import NewAccount
from cartwheel.accounts.model import (
    GROUPS,
    EmailNotConfirmed,
    EmailTaken,
    Group,
    InvalidCredentials,
    InvalidToken,
    User,
    WeakPassword,
    parse_email,
)
from cartwheel.aws import Address, Answer, Service, answered, code_of, config
from cartwheel.edge.throttling import Throttled
from cartwheel.kernel.errors import Unavailable

log = structlog.get_logger()

Refusals: TypeAlias = Mapping[str, Callable[[], Exception]]
"""What Cognito's errors mean to a caller, by their names."""

_FORM = "cognito://region/pool/client?endpoint=http://host:port&jwks=http://…"
_TOO_OFTEN = {"LimitExceededException", "TooManyFailedAttemptsException", "TooManyRequestsException"}
_WAIT_SECONDS = 300
"""Cognito does not say for how long it refuses."""


class PoolUnavailable(Unavailable):
    """Cognito does not answer, or not as it should."""

    code = "identity_unavailable"

    def __init__(self, reason: str) -> None:
        log.error("identity_unavailable", reason=reason)
        super().__init__("Nobody can be signed in just now. Try again.")


BEARER: ContextVar[str] = ContextVar("bearer")
"""The access token of the request in hand: what Cognito lets its owner change, it changes for the token."""


def weak() -> WeakPassword:
    """Cognito does not say which rule of its own the password breaks."""
    return WeakPassword(["what the user pool asks for"])


_WRONG_PASSWORD: Refusals = {
    "InvalidParameterException": InvalidCredentials,
    "NotAuthorizedException": InvalidCredentials,
    "PasswordResetRequiredException": InvalidCredentials,
    "UserNotConfirmedException": EmailNotConfirmed,
    "UserNotFoundException": InvalidCredentials,
}
NO_TOKEN: Refusals = {
    "NotAuthorizedException": InvalidToken,
    "PasswordResetRequiredException": InvalidToken,
    "UserNotConfirmedException": InvalidToken,
    "UserNotFoundException": InvalidToken,
}
"""What Cognito answers to an access token that it does not take any more."""


class _NobodyThere(Exception):
    """There is no such user: there is nothing to do either."""


_GONE: Refusals = {"UserNotFoundException": _NobodyThere}


class UserPool:
    """``url`` is ``cognito://region/pool/client``; more clients, after commas, may bring their tokens.

    ``jwks`` is where the pool's keys lie, if not at its issuer: that of an emulator is the real pool's
    address. With an ``endpoint``, the one that the clients of AWS take, they are expected there.
    """

    def __init__(self, url: str, jwks: str = "", endpoint: str = "") -> None:
        address = Address.of(url, _FORM, frozenset({"jwks"}))
        self.pool_id, _, clients = address.path.partition("/")
        self.clients = tuple(clients.split(","))
        if not self.pool_id or not all(self.clients) or "/" in clients:
            raise ValueError(f"CARTWHEEL_IDENTITY is not of the form {_FORM}")
        self.client_id = self.clients[0]
        self.issuer = f"https://cognito-idp.{address.host}.amazonaws.com/{self.pool_id}"
        endpoint = address.options.get("endpoint", endpoint)
        keys_at = f"{endpoint}/{self.pool_id}" if endpoint else self.issuer
        self._jwks = address.options.get("jwks") or jwks or f"{keys_at}/.well-known/jwks.json"
        # an attempt counts at Cognito: it is made once
        tuned = config(retries={"mode": "standard", "total_max_attempts": 1})
        self._idp = Service("cognito-idp", address.client(address.host), tuned)

    async def ask(self, operation: str, request: Answer, refusals: Refusals | None = None) -> Answer:
        """An answer of Cognito. Raises what ``refusals`` says, ``Throttled``, ``PoolUnavailable``."""
        try:
            with answered(PoolUnavailable):
                client = await self._idp.client()
                try:
                    answer: Answer = await getattr(client, operation)(**request)
                except ClientError as error:
                    if refusals and code_of(error) in refusals:
                        raise refusals[code_of(error)]() from None
                    if code_of(error) in _TOO_OFTEN:
                        raise Throttled(_WAIT_SECONDS) from None
                    raise
        except ClientError as error:
            raise PoolUnavailable(f"{operation}: {code_of(error)}") from error
        return answer

    async def for_client(self, operation: str, request: Answer, refusals: Refusals | None = None) -> Answer:
        """What anybody may ask of the app client."""
        return await self.ask(operation, {"ClientId": self.client_id, **request}, refusals)

    async def for_user(
        self, operation: str, username: str, refusals: Refusals | None = None, **more: object
    ) -> Answer:
        """What only the shop may ask, of one user: by id or by address."""
        request = {"UserPoolId": self.pool_id, "Username": username, **more}
        return await self.ask(f"admin_{operation}", request, refusals)

    async def password(self, username: str, password: str) -> Answer:
        """What a password opens: tokens, or the next thing asked for. Raises ``InvalidCredentials``,
        ``EmailNotConfirmed``.
        """
        given = {"USERNAME": username, "PASSWORD": password}
        request = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": given}
        return await self.for_client("initiate_auth", request, _WRONG_PASSWORD)

    async def register(self, new: NewAccount, groups: Sequence[Group]) -> str:
        """Makes a user with a confirmed address, and tells nobody; answers the id. Raises ``EmailTaken``."""
        _, key = parse_email(new.email)
        attributes = {"email": key, "email_verified": "true", "name": new.name, "locale": new.locale}
        made = await self.for_user(
            "create_user",
            key,
            {"UsernameExistsException": EmailTaken},
            UserAttributes=listed(attributes),
            MessageAction="SUPPRESS",
        )
        try:
            await self.set_password(key, new.password)
        except WeakPassword:
            await self.for_user("delete_user", key, _GONE)
            raise
        for group in groups:
            await self.for_user("add_user_to_group", key, GroupName=group)
        return named(made["User"]["Attributes"])["sub"]

    async def set_password(self, username: str, password: str) -> None:
        """Replaces the password. Raises ``WeakPassword``."""
        refusals: Refusals = {"InvalidPasswordException": weak, "InvalidParameterException": weak}
        await self.for_user("set_user_password", username, refusals, Password=password, Permanent=True)

    async def sign_out(self, username: str) -> None:
        """Ends all sessions at Cognito. Fine for somebody who is not there."""
        with suppress(_NobodyThere):
            await self.for_user("user_global_sign_out", username, _GONE)

    async def match(self, user: User | None, user_id: str) -> bool:
        """Makes the pool say of a user what the shop says: groups, disabled, gone. Repeatable.

        Answers whether the user lost a group by that: then tokens may be about which still name it.
        """
        try:
            if user is None or user.erased_at is not None:
                await self.for_user("delete_user", user_id, _GONE)
                return False
            await self.for_user("disable_user" if user.disabled else "enable_user", user_id, _GONE)
            answer = await self.for_user("list_groups_for_user", user_id, _GONE)
        except _NobodyThere:
            return False
        present = {group["GroupName"] for group in answer.get("Groups", ())} & set(GROUPS)
        for group in set(user.groups) - present:
            await self.for_user("add_user_to_group", user_id, GroupName=group)
        for group in present - set(user.groups):
            await self.for_user("remove_user_from_group", user_id, GroupName=group)
        if user.disabled:
            await self.sign_out(user_id)
        return bool(present - set(user.groups))

    async def readdress(self, user: User) -> None:
        """Tells Cognito a user's confirmed address. Raises ``EmailTaken``. Repeatable."""
        told = listed({"email": parse_email(user.email)[1], "email_verified": "true"})
        with suppress(_NobodyThere):
            await self.for_user(
                "update_user_attributes",
                user.user_id,
                {"AliasExistsException": EmailTaken, **_GONE},
                UserAttributes=told,
            )

    async def forget_totp(self, user_id: str) -> None:
        """Turns the second factor off. Repeatable."""
        off = {"Enabled": False, "PreferredMfa": False}
        with suppress(_NobodyThere):
            await self.for_user("set_user_mfa_preference", user_id, _GONE, SoftwareTokenMfaSettings=off)

    async def keys(self) -> dict[str, RSAKey]:
        """The public keys by id: what is asked for a sign of life as well."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5), trust_env=True) as http,
                http.get(self._jwks, raise_for_status=True) as answer,
            ):
                found = KeySet.import_key_set(await answer.json(content_type=None))
        except (aiohttp.ClientError, TimeoutError, JoseError, ValueError, KeyError) as error:
            raise PoolUnavailable(f"{self._jwks}: {error!r}") from error
        return {key.kid: key for key in found.keys if isinstance(key, RSAKey) and key.kid}

    async def close(self) -> None:
        """Closes the connections."""
        await self._idp.close()


def named(attributes: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """A user's attributes by name."""
    return {attribute["Name"]: attribute["Value"] for attribute in attributes}


def listed(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    """Attributes as Cognito takes them; without empty ones, which it refuses."""
    return [{"Name": name, "Value": value} for name, value in attributes.items() if value]
