"""The identity port on Cognito: passwords, codes and tokens are Cognito's; users have rows here as well.

A token of the pool is taken however it was got: by this port, by SRP in a browser, by any client of the pool.
The first one of a user makes the user's own row, under Cognito's ``sub``. What Cognito does otherwise than
the built-in identity:

- it mails the codes for sign-up and reset itself, and rotates no refresh tokens;
- it refuses an address that waits for its confirmation before it looks at the password;
- it says of a disabled account what it says of a wrong password.
"""

import asyncio
from contextlib import suppress

import structlog

from cartwheel.accounts import tables
from cartwheel.accounts.cognito.pool import (
    BEARER,
    NO_TOKEN,
    PoolUnavailable,
    Refusals,
    listed,
    named,
    weak,
)
from cartwheel.accounts.cognito.sessions import PoolSessions, PoolTokens, is_alive
from cartwheel.accounts.identity import Gate, Identity, NewAccount, Origin, PasswordReset, SignIn, Tokens
from cartwheel.accounts.model import (
    GROUPS,
    AccountDisabled,
    Claims,
    EmailNotConfirmed,
    EmailTaken,
    InvalidCode,
    InvalidCredentials,
    InvalidEmail,
    InvalidRefreshToken,
    InvalidToken,
    InvalidTotp,
    TotpRequired,
    User,
    check_locale,
    check_password,
    clean_line,
    contact,
    parse_email,
)
from cartwheel.aws import Answer
from cartwheel.kernel.clock import Clock
from cartwheel.messaging import Event, Subscription, emit
from cartwheel.storage import Conflict, Store

log = structlog.get_logger()

_HEARD = frozenset(
    {"AccountDisabled", "AccountEnabled", "AccountErased", "EmailChanged", "GroupsChanged", "TotpDisabled"}
)


class _Known(Exception):
    """The address has an account, or a sign-up that waits."""


class _Quiet(Exception):
    """Nothing happens, and nobody is told so."""


_WRONG_CODE: Refusals = {
    "AliasExistsException": InvalidCode,
    "CodeMismatchException": InvalidCode,
    "ExpiredCodeException": InvalidCode,
    "InvalidParameterException": InvalidCode,
    "NotAuthorizedException": InvalidCode,
    "UserNotFoundException": InvalidCode,
    "InvalidPasswordException": weak,
}
_WRONG_TOTP: Refusals = {
    "CodeMismatchException": InvalidTotp,
    "ExpiredCodeException": InvalidTotp,
    "InvalidParameterException": InvalidTotp,
    "NotAuthorizedException": InvalidTotp,
}
_OVER: Refusals = {
    "InvalidParameterException": InvalidRefreshToken,
    "NotAuthorizedException": InvalidRefreshToken,
    "UserNotFoundException": InvalidRefreshToken,
}
_UNTOLD: Refusals = {
    "InvalidParameterException": _Quiet,
    "NotAuthorizedException": _Quiet,
    "UserNotConfirmedException": _Quiet,
    "UserNotFoundException": _Quiet,
}


class CognitoIdentity(Identity):
    """``Identity`` on a user pool, with the shop's own rows of users and sessions beside it."""

    def __init__(self, store: Store, clock: Clock, sessions: PoolSessions, gate: Gate) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._pool = sessions.pool
        self._gate = gate
        self._tokens = PoolTokens(self._pool, clock)

    async def sign_up(self, new: NewAccount, address: str) -> None:
        _, key = parse_email(new.email)
        check_password(new.password)
        name, locale = clean_line(new.name, "name"), check_locale(new.locale)
        await self._gate.sign_up(key, address)
        request: Answer = {
            "Username": key,
            "Password": new.password,
            "UserAttributes": listed({"email": key, "name": name, "locale": locale}),
        }
        refusals: Refusals = {
            "UsernameExistsException": _Known,
            "InvalidParameterException": InvalidEmail,
            "InvalidPasswordException": weak,
        }
        try:
            await self._pool.for_client("sign_up", request, refusals)
        except _Known:
            await self._sign_up_again(key, request, refusals)

    async def _sign_up_again(self, key: str, request: Answer, refusals: Refusals) -> None:
        """A sign-up that waits is replaced with its password, so that nobody waits in ambush with one."""
        with suppress(_Known, _Quiet):
            found = await self._pool.for_user("get_user", key, _UNTOLD)
            if found["UserStatus"] == "UNCONFIRMED":
                await self._pool.for_user("delete_user", key, _UNTOLD)
                await self._pool.for_client("sign_up", request, refusals)
                return
        owner = await self._owner(key)
        if owner is not None:
            await self._store.write(emit(self._clock, "AlreadyRegistered", owner.user_id, contact(owner)))

    async def confirm(self, email: str, code: str, address: str) -> None:
        _, key = parse_email(email)
        await self._gate.code(key, address)
        request = {"Username": key, "ConfirmationCode": code.strip()}
        await self._pool.for_client("confirm_sign_up", request, _WRONG_CODE)
        try:
            await self._pool.for_user("add_user_to_group", key, GroupName="customers")
        except PoolUnavailable:  # whoever is in no group is a customer
            log.warning("group_not_given", group="customers")

    async def resend(self, email: str, address: str) -> None:
        _, key = parse_email(email)
        await self._gate.code(key, address)
        with suppress(_Quiet):
            await self._pool.for_client("resend_confirmation_code", {"Username": key}, _UNTOLD)

    async def sign_in(self, attempt: SignIn, origin: Origin) -> Tokens:
        try:
            _, key = parse_email(attempt.email)
        except InvalidEmail:
            raise InvalidCredentials from None
        await self._gate.sign_in(key, origin.address)
        if not attempt.password:
            raise InvalidCredentials
        answer = await self._pool.password(key, attempt.password)
        if "ChallengeName" in answer:
            answer = await self._second_factor(key, answer, attempt.second_factor)
        result = answer["AuthenticationResult"]
        claims = await self._tokens.read(result["AccessToken"])
        known = await self._store.get(tables.USERS, claims.user_id)
        user = known or await self._user(claims, result["AccessToken"])
        if user.disabled:
            raise AccountDisabled
        await self._sessions.begin(user, claims, origin.device)
        return _tokens(result, result.get("RefreshToken"))

    async def _second_factor(self, key: str, answer: Answer, given: str) -> Answer:
        if answer["ChallengeName"] != "SOFTWARE_TOKEN_MFA":
            log.warning("challenge_unknown", challenge=answer["ChallengeName"])
            raise InvalidCredentials
        given = "".join(given.split())
        if not given:
            raise TotpRequired
        told = answer.get("ChallengeParameters", {}).get("USER_ID_FOR_SRP", key)
        request = {
            "ChallengeName": "SOFTWARE_TOKEN_MFA",
            "Session": answer["Session"],
            "ChallengeResponses": {"USERNAME": told, "SOFTWARE_TOKEN_MFA_CODE": given},
        }
        return await self._pool.for_client("respond_to_auth_challenge", request, _WRONG_TOTP)

    async def refresh(self, refresh_token: str) -> Tokens:
        result, claims = await self._refreshed(refresh_token)
        try:
            user = await self._admitted(claims, result["AccessToken"])
            await self._sessions.renewed(claims.session_id)
        except InvalidToken:
            raise InvalidRefreshToken from None
        log.debug("session_refreshed", user_id=user.user_id)
        return _tokens(result, result.get("RefreshToken") or refresh_token)

    async def sign_out(self, refresh_token: str, *, everywhere: bool = False) -> None:
        try:
            _, claims = await self._refreshed(refresh_token)
        except InvalidRefreshToken:  # its session is over
            return
        if everywhere:
            await self._sessions.end_all(claims.user_id)
            return
        await self._sessions.close(claims)
        await self._pool.for_client("revoke_token", {"Token": refresh_token}, _OVER)

    async def forgot(self, email: str, address: str) -> None:
        _, key = parse_email(email)
        await self._gate.reset(key, address)
        with suppress(_Quiet):
            await self._pool.for_client("forgot_password", {"Username": key}, _UNTOLD)

    async def reset(self, reset: PasswordReset, address: str) -> None:
        _, key = parse_email(reset.email)
        check_password(reset.password)
        await self._gate.code(key, address)
        request = {"Username": key, "ConfirmationCode": reset.code.strip(), "Password": reset.password}
        await self._pool.for_client("confirm_forgot_password", request, _WRONG_CODE)
        owner = await self._owner(key)
        if owner is not None:
            told = emit(self._clock, "PasswordChanged", owner.user_id, contact(owner))
            over = tables.change_user(owner.user_id, add={"epoch": 1}, when=())
            await self._store.write(over, *await self._sessions.ending(owner.user_id), told)
        await self._pool.sign_out(key)

    async def verify(self, access_token: str) -> Claims:
        claims = await self._tokens.read(access_token)
        user = await self._admitted(claims, access_token)
        BEARER.set(access_token)
        return claims.model_copy(update={"email": user.email})

    async def _admitted(self, claims: Claims, access_token: str) -> User:
        """The user of a token whose session stands, taken in if it is new here. Raises ``InvalidToken``."""
        user, session = await asyncio.gather(
            self._store.get(tables.USERS, claims.user_id), self._sessions.find(claims)
        )
        if user is not None and session is not None:
            if user.disabled or not is_alive(session, user):
                raise InvalidToken
            return user
        await self._sessions.check(claims)
        # asked even where the user is known: Cognito knows whether the session was revoked
        user = await self._user(claims, access_token, user)
        await self._sessions.begin(user, claims, "")
        return user

    async def _user(self, claims: Claims, access_token: str, known: User | None = None) -> User:
        told = await self._pool.ask("get_user", {"AccessToken": access_token}, NO_TOKEN)
        user = known or await self._store.get(tables.USERS, claims.user_id)
        return user or await self._joined(claims, named(told["UserAttributes"]))

    async def _joined(self, claims: Claims, told: dict[str, str]) -> User:
        """The row of who is here for the first time. Raises ``EmailNotConfirmed``, ``EmailTaken``."""
        if told.get("email_verified") == "false":  # changed at Cognito and not confirmed since
            raise EmailNotConfirmed
        email, key = parse_email(told["email"])
        user = tables.searchable(
            User(
                user_id=claims.user_id,
                email=email,
                name=told.get("name", ""),
                locale=told.get("locale", "en"),
                groups=tuple(group for group in sorted(GROUPS) if group in claims.groups),
                created_at=self._clock(),
            )
        )
        try:
            await self._store.write(
                *tables.new_user(user, key, None),
                emit(self._clock, "AccountConfirmed", user.user_id, contact(user)),
            )
        except Conflict:  # made by another request, or the address belongs to somebody else
            rival = await self._store.get(tables.USERS, claims.user_id)
            if rival is None:
                raise EmailTaken from None
            return rival
        return user

    async def _refreshed(self, refresh_token: str) -> tuple[Answer, Claims]:
        request = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": refresh_token}}
        answer = await self._pool.for_client("initiate_auth", request, _OVER)
        result: Answer = answer["AuthenticationResult"]
        return result, await self._tokens.read(result["AccessToken"])

    async def _owner(self, key: str) -> User | None:
        claim = await self._store.get(tables.EMAILS, key)
        return await self._store.get(tables.USERS, claim.user_id) if claim else None


def subscription(store: Store, sessions: PoolSessions) -> Subscription:
    """Brings the pool in step with what the staff did to a user, and with who was erased."""
    pool = sessions.pool

    async def changed(event: Event) -> None:
        user = await store.get(tables.USERS, event.subject)
        if await pool.match(user, event.subject):  # who signed in until now got the lost group once more
            await sessions.end_all(event.subject)
        if event.type == "EmailChanged" and user is not None:
            await pool.readdress(user)
        if event.type == "TotpDisabled" and user is not None and not user.totp_enabled:
            await pool.forget_totp(user.user_id)

    return Subscription("privacy", _HEARD, changed)


def _tokens(result: Answer, refresh_token: str | None) -> Tokens:
    return Tokens(result["AccessToken"], result["IdToken"], refresh_token, int(result["ExpiresIn"]))
