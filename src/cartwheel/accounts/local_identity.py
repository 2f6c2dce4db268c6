"""The built-in identity: passwords, mailed codes, authenticator apps; all kept in the shop's store."""

from contextlib import suppress

from cartwheel.accounts import tables
from cartwheel.accounts.crypto import totp_bytes, totp_step
from cartwheel.accounts.identity import Identity, NewAccount, Origin, PasswordReset, SignIn, Tokens
from cartwheel.accounts.model import (
    RECOVERY_LENGTH,
    SIGN_UP_TIME,
    AccountDisabled,
    Claims,
    Credentials,
    EmailNotConfirmed,
    InvalidCode,
    InvalidCredentials,
    InvalidEmail,
    InvalidTotp,
    SignUp,
    TotpRequired,
    User,
    check_locale,
    check_password,
    clean_line,
    contact,
    parse_email,
)
from cartwheel.accounts.service import NOBODY, Proofs
from cartwheel.accounts.sessions import Sessions
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import new_id
from cartwheel.messaging import emit
from cartwheel.storage import Change, Conflict, Delete, Put, Store, eq


class LocalIdentity(Identity):
    """``Identity`` on a ``Store``. Whether an account exists or not, the same calls of the store are made,
    give or take one, and the same work is done for the password.
    """

    def __init__(self, store: Store, clock: Clock, sessions: Sessions, proofs: Proofs) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._passwords = proofs.passwords
        self._codes = proofs.codes
        self._gate = proofs.gate
        self._proofs = proofs

    async def sign_up(self, new: NewAccount, address: str) -> None:
        email, key = parse_email(new.email)
        check_password(new.password)
        name, locale = clean_line(new.name, "name"), check_locale(new.locale)
        await self._gate.sign_up(key, address)
        password_hash = await self._passwords.hash(new.password)
        owner = await self._owner(key)
        if owner is not None:
            told = emit(self._clock, "AlreadyRegistered", owner.user_id, contact(owner))
            await self._store.write(self._codes.decoy(key, "sign_up"), told)
            return
        sign_up = SignUp(
            email_key=key,
            user_id=new_id(),
            email=email,
            name=name,
            locale=locale,
            password_hash=password_hash,
            expires_at=self._clock() + SIGN_UP_TIME,
        )
        await self._store.write(Put(tables.SIGN_UPS, sign_up), *self._verification(sign_up))

    async def confirm(self, email: str, code: str, address: str) -> None:
        _, key = parse_email(email)
        await self._gate.code(key, address)
        sign_up = await self._store.get(tables.SIGN_UPS, key)
        subject = sign_up.user_id if sign_up else self._codes.nobody(key)
        entered = await self._codes.check(subject, "sign_up", code)
        if sign_up is None:  # a decoy, which no code fits
            raise InvalidCode
        user = tables.searchable(
            User(
                user_id=sign_up.user_id,
                email=sign_up.email,
                name=sign_up.name,
                locale=sign_up.locale,
                created_at=self._clock(),
            )
        )
        try:
            await self._store.write(
                tables.use_code(entered),
                # the password and the code of one sign-up belong together: conflicts when it was replaced
                Delete(tables.SIGN_UPS, (key,), (eq("user_id", sign_up.user_id),)),
                *tables.new_user(user, key, sign_up.password_hash),
                emit(self._clock, "AccountConfirmed", user.user_id, contact(user)),
            )
        except Conflict:  # the same code at the same time from another window is fine
            claim = await self._store.get(tables.EMAILS, key)
            if claim is None or claim.user_id != sign_up.user_id:
                raise InvalidCode from None

    async def resend(self, email: str, address: str) -> None:
        _, key = parse_email(email)
        await self._gate.code(key, address)
        sign_up = await self._store.get(tables.SIGN_UPS, key)
        if sign_up is None:
            await self._store.write(self._codes.decoy(key, "sign_up"))
        else:
            await self._store.write(*self._verification(sign_up))

    async def sign_in(self, attempt: SignIn, origin: Origin) -> Tokens:
        try:
            _, key = parse_email(attempt.email)
        except InvalidEmail:
            raise InvalidCredentials from None
        await self._gate.sign_in(key, origin.address)
        user = await self._owner(key)
        credentials = await self._store.get(tables.CREDENTIALS, user.user_id if user else NOBODY)
        if user is None or credentials is None:
            await self._refuse_stranger(key, attempt.password)
            raise InvalidCredentials
        if not await self._passwords.matches(attempt.password, credentials.password_hash):
            raise InvalidCredentials
        if user.disabled:
            raise AccountDisabled
        factor = self._second_factor(credentials, attempt.second_factor)
        opening = self._sessions.opening(user, origin.device)
        try:
            await self._store.write(*opening.changes, *factor)
        except Conflict as conflict:
            if any(conflict.change is change for change in factor):
                raise InvalidTotp from None
            raise InvalidCredentials from None  # disabled or given a new password meanwhile
        await self._renew_hash(credentials, attempt.password)
        return await self._sessions.tokens(user, opening.session, opening.refresh_token)

    async def refresh(self, refresh_token: str) -> Tokens:
        return await self._sessions.refresh(refresh_token)

    async def sign_out(self, refresh_token: str, *, everywhere: bool = False) -> None:
        await self._sessions.sign_out(refresh_token, everywhere=everywhere)

    async def forgot(self, email: str, address: str) -> None:
        _, key = parse_email(email)
        await self._gate.reset(key, address)
        owner = await self._owner(key)
        if owner is None or owner.disabled:
            await self._store.write(self._codes.decoy(key, "reset"))
            return
        code, put = self._codes.issue(owner.user_id, "reset")
        told = {**contact(owner), "code": code}
        await self._store.write(put, emit(self._clock, "PasswordResetRequested", owner.user_id, told))

    async def reset(self, reset: PasswordReset, address: str) -> None:
        _, key = parse_email(reset.email)
        check_password(reset.password)
        await self._gate.code(key, address)
        owner = await self._owner(key)
        subject = owner.user_id if owner else self._codes.nobody(key)
        code = await self._codes.check(subject, "reset", reset.code)
        if owner is None:  # a decoy, which no code fits
            raise InvalidCode
        password_hash = await self._passwords.hash(reset.password)
        try:
            await self._store.write(
                tables.use_code(code),
                tables.set_password(owner.user_id, password_hash),
                tables.change_user(owner.user_id, add={"epoch": 1}),
                # whoever was in the account may have asked for another e-mail address
                tables.void_code(owner.user_id, "email"),
                *await self._sessions.ending(owner.user_id),
                emit(self._clock, "PasswordChanged", owner.user_id, contact(owner)),
            )
        except Conflict:  # used by a rival, or the account was disabled meanwhile
            raise InvalidCode from None
        await self._sessions.sweep(owner.user_id)

    async def verify(self, access_token: str) -> Claims:
        return await self._sessions.verify(access_token)

    async def _owner(self, email_key: str) -> User | None:
        claim = await self._store.get(tables.EMAILS, email_key)
        return await self._store.get(tables.USERS, claim.user_id if claim else NOBODY)

    def _verification(self, sign_up: SignUp) -> tuple[Change, Change]:
        code, put = self._codes.issue(sign_up.user_id, "sign_up")
        told = {"email": sign_up.email, "name": sign_up.name, "locale": sign_up.locale, "code": code}
        return put, emit(self._clock, "VerificationRequested", sign_up.user_id, told)

    async def _refuse_stranger(self, email_key: str, password: str) -> None:
        """Raises ``EmailNotConfirmed`` for who knows the password of a sign-up that waits."""
        sign_up = await self._store.get(tables.SIGN_UPS, email_key)
        if await self._passwords.matches(password, sign_up.password_hash if sign_up else None):
            raise EmailNotConfirmed

    def _second_factor(self, credentials: Credentials, given: str) -> tuple[Change, ...]:
        """What uses the second factor up, so that it serves once; nothing where there is none."""
        if credentials.totp_secret is None:
            return ()
        given = "".join(given.split()).replace("-", "").upper()
        if not given:
            raise TotpRequired
        user_id = credentials.user_id
        if len(given) == RECOVERY_LENGTH:
            return (tables.use_recovery_code(user_id, self._proofs.recovery_hash(user_id, given)),)
        secret = totp_bytes(self._proofs.vault.open(credentials.totp_secret))
        step = totp_step(secret, given, self._clock())
        if step is None:
            raise InvalidTotp
        return (tables.use_totp_step(user_id, step),)

    async def _renew_hash(self, credentials: Credentials, password: str) -> None:
        old = credentials.password_hash
        if old is None or not self._passwords.is_outdated(old):
            return
        new = await self._passwords.hash(password)
        with suppress(Conflict):  # changed meanwhile: then it is a new hash already
            await self._store.write(tables.rehash_password(credentials.user_id, old, new))
