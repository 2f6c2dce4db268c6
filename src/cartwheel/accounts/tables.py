"""Where accounts live, and the changes to them. What depends on what was read is conditional."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from cartwheel.accounts.model import (
    MAX_ADDRESSES,
    MAX_TRIES,
    Address,
    Code,
    Credentials,
    EmailClaim,
    Purpose,
    RecoveryCode,
    Session,
    SigningKey,
    SignUp,
    User,
)
from cartwheel.storage import (
    Change,
    Check,
    Condition,
    Delete,
    Index,
    Put,
    Query,
    Table,
    Update,
    absent,
    eq,
    exists,
    lt,
)

USERS = Table(
    "users",
    User,
    "user_id",
    indexes=(
        Index("by_creation", "shard", "created_at"),
        Index("by_email", "shard", "email_key"),
        Index("by_name", "shard", "name_key"),
        Index("by_staff", "staff", "created_at"),
    ),
)
EMAILS = Table("user_emails", EmailClaim, "email_key")
CREDENTIALS = Table("user_credentials", Credentials, "user_id")
RECOVERY_CODES = Table("user_recovery_codes", RecoveryCode, "user_id", "code_hash")
SIGN_UPS = Table("sign_ups", SignUp, "email_key", ttl="expires_at")
CODES = Table("user_codes", Code, "subject", "purpose", ttl="expires_at")
SESSIONS = Table(
    "sessions", Session, "session_id", indexes=(Index("by_user", "user_id", "created_at"),), ttl="expires_at"
)
ADDRESSES = Table("user_addresses", Address, "user_id", "address_id")
SIGNING_KEYS = Table("signing_keys", SigningKey, "shard", "number", ttl="expires_at")

TABLES = (
    USERS,
    EMAILS,
    CREDENTIALS,
    RECOVERY_CODES,
    SIGN_UPS,
    CODES,
    SESSIONS,
    ADDRESSES,
    SIGNING_KEYS,
)

ENABLED = eq("disabled", False)  # noqa: FBT003 - a stored value

STAFF = "0"
"""The partition of administrators."""

SEARCHED = 80
"""Characters of a name or address that a search looks at."""

_LAST = "\U0010ffff"
"""Comes after every other character in the order of bytes of UTF-8."""


def search_key(text: str) -> str | None:
    """What a name or address is searched by: no difference of case or of compatible characters."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()[:SEARCHED] or None


def new_user(user: User, email_key: str, password_hash: str | None) -> list[Change]:
    """A user with a confirmed e-mail address; conflicts when the address is taken."""
    return [
        claim_email(email_key, user.user_id),
        Put(USERS, user, (absent(),)),
        Put(CREDENTIALS, Credentials(user_id=user.user_id, password_hash=password_hash), (absent(),)),
    ]


def claim_email(email_key: str, user_id: str) -> Change:
    """Makes the address this user's; conflicts when it is anybody's."""
    return Put(EMAILS, EmailClaim(email_key=email_key, user_id=user_id), (absent(),))


def free_email(email_key: str, user_id: str) -> Change:
    """Gives the user's address up."""
    return Delete(EMAILS, (email_key,), (eq("user_id", user_id),))


def change_user(
    user_id: str,
    values: Mapping[str, Any] | None = None,
    add: Mapping[str, int] | None = None,
    when: tuple[Condition, ...] = (ENABLED,),
) -> Change:
    """Changes a user and counts the change. Conflicts for a missing user and, by default, a disabled one."""
    values = {**(values or {}), **_searched(values or {})}
    return Update(USERS, (user_id,), set=values, add={"version": 1, **(add or {})}, when=when)


def change_user_as_read(
    user: User, values: Mapping[str, Any], add: Mapping[str, int] | None = None
) -> Change:
    """Changes a user who has not been changed since ``user`` was read."""
    return change_user(user.user_id, values, add, (eq("version", user.version),))


def searchable(user: User) -> User:
    """A new user with the keys that searches go by."""
    given = {"email": user.email, "name": user.name, "groups": user.groups}
    return user.model_copy(update=_searched(given))


def _searched(values: Mapping[str, Any]) -> dict[str, str | None]:
    """The keys of a search that belong to what changes."""
    keys = {f"{name}_key": search_key(values[name]) for name in ("email", "name") if name in values}
    if "groups" in values:
        keys["staff"] = STAFF if "admins" in values["groups"] else None
    return keys


def still(user: User) -> Check[User]:
    """Holds while the user is enabled and nothing about them has changed since ``user`` was read."""
    return Check(USERS, (user.user_id,), (ENABLED, eq("version", user.version)))


def allow_sign_in(user: User) -> Check[User]:
    """Holds while the user is enabled and no session of this epoch was called off."""
    return Check(USERS, (user.user_id,), (ENABLED, eq("epoch", user.epoch)))


def set_password(user_id: str, password_hash: str) -> Change:
    """Replaces the password."""
    return Update(CREDENTIALS, (user_id,), set={"password_hash": password_hash})


def rehash_password(user_id: str, old_hash: str, new_hash: str) -> Change:
    """The same password under present parameters; conflicts when it was changed meanwhile."""
    return Update(
        CREDENTIALS, (user_id,), set={"password_hash": new_hash}, when=(eq("password_hash", old_hash),)
    )


def use_totp_step(user_id: str, step: int) -> Update[Credentials]:
    """Uses up a time step of the authenticator app; conflicts when it, or a later one, was used."""
    return Update(CREDENTIALS, (user_id,), set={"totp_step": step}, when=(lt("totp_step", step),))


def start_totp(user_id: str, sealed: str) -> Change:
    """Remembers a secret until it is confirmed; conflicts when the second factor is on."""
    return Update(CREDENTIALS, (user_id,), set={"totp_pending": sealed}, when=(eq("totp_secret", None),))


def turn_totp_on(user_id: str, sealed: str, step: int) -> Change:
    """Makes the pending secret the one in use; conflicts when it is no longer the pending one."""
    values = {"totp_secret": sealed, "totp_pending": None, "totp_step": step}
    return Update(CREDENTIALS, (user_id,), set=values, when=(eq("totp_pending", sealed),))


def turn_totp_off(user_id: str, unused: Sequence[RecoveryCode]) -> list[Change]:
    """Forgets secret and recovery codes. The last step stays: no old code works after the next set-up."""
    return [
        Update(CREDENTIALS, (user_id,), set={"totp_secret": None, "totp_pending": None}),
        change_user(user_id, {"totp_enabled": False}),
        *(Delete(RECOVERY_CODES, (user_id, code.code_hash)) for code in unused),
    ]


def use_recovery_code(user_id: str, code_hash: str) -> Delete[RecoveryCode]:
    """Uses a recovery code up; conflicts when there is none such."""
    return Delete(RECOVERY_CODES, (user_id, code_hash), (exists(),))


def recovery_codes_of(user_id: str) -> Query[RecoveryCode]:
    """What is left of a user's recovery codes."""
    return Query(RECOVERY_CODES, user_id)


def count_try(subject: str, purpose: Purpose, code_hash: str) -> Change:
    """Counts an attempt at this very code before it is made; conflicts when all are used up or it is gone."""
    when = (lt("tries", MAX_TRIES), eq("code_hash", code_hash))
    return Update(CODES, (subject, purpose), add={"tries": 1}, when=when)


def use_code(code: Code) -> Delete[Code]:
    """Uses a code up; conflicts when it was used or replaced meanwhile."""
    return Delete(CODES, (code.subject, code.purpose), (eq("code_hash", code.code_hash),))


def new_session(session: Session) -> Change:
    """A device that has signed in; conflicts when the session is known."""
    return Put(SESSIONS, session, (absent(),))


def rotate(session: Session, token_hash: str, now: datetime) -> Update[Session]:
    """Puts the next refresh token in place; conflicts when somebody else did so or the session is over."""
    values = {
        "token_hash": token_hash,
        "previous_hash": session.token_hash,
        "rotated_at": now,
        "last_used_at": now,
    }
    return Update(SESSIONS, (session.session_id,), set=values, when=(eq("token_hash", session.token_hash),))


def end_session(session_id: str) -> Change:
    """Signs a device out."""
    return Delete(SESSIONS, (session_id,))


def end_reused_session(session_id: str) -> Change:
    """Signs a device out whose old token came back; conflicts when that was done already."""
    return Delete(SESSIONS, (session_id,), (exists(),))


def keep_session(session_id: str) -> Change:
    """Takes a session along into the user's next epoch; conflicts when it has ended."""
    return Update(SESSIONS, (session_id,), add={"epoch": 1})


def void_code(user_id: str, purpose: Purpose) -> Change:
    """Makes a mailed code worthless."""
    return Delete(CODES, (user_id, purpose))


def sessions_of(user_id: str, limit: int = 50, cursor: str | None = None) -> Query[Session]:
    """A user's sessions, the newest first."""
    return Query(SESSIONS, user_id, "by_user", descending=True, limit=limit, cursor=cursor)


def users_by_creation(limit: int, cursor: str | None) -> Query[User]:
    """All users, the newest first."""
    return Query(USERS, "0", "by_creation", descending=True, limit=limit, cursor=cursor)


def staff(limit: int, cursor: str | None) -> Query[User]:
    """Administrators, in order of making."""
    return Query(USERS, STAFF, "by_staff", limit=limit, cursor=cursor)


def users_found(by: Literal["email", "name"], beginning: str, limit: int, cursor: str | None) -> Query[User]:
    """Users whose address or name begins like that, in its order."""
    low = search_key(beginning) or ""
    return Query(USERS, "0", f"by_{by}", low=low, high=f"{low}{_LAST}", limit=limit, cursor=cursor)


def add_address(address: Address, *, as_default: bool) -> list[Change]:
    """One more address; conflicts when the book is full."""
    values = {"default_address_id": address.address_id} if as_default else {}
    room = (ENABLED, lt("address_count", MAX_ADDRESSES))
    return [
        Put(ADDRESSES, address, (absent(),)),
        change_user(address.user_id, values, {"address_count": 1}, room),
    ]


def replace_address(address: Address) -> Change:
    """Overwrites an address; conflicts when it is gone."""
    return Put(ADDRESSES, address, (exists(),))


def remove_address(user: User, address_id: str, next_default: str | None) -> list[Change]:
    """Takes an address out of the book as it was read."""
    values = {"default_address_id": next_default} if user.default_address_id == address_id else {}
    return [
        Delete(ADDRESSES, (user.user_id, address_id), (exists(),)),
        change_user_as_read(user, values, {"address_count": -1}),
    ]


def addresses_of(user_id: str) -> Query[Address]:
    """A user's whole address book, in order of making."""
    return Query(ADDRESSES, user_id, limit=MAX_ADDRESSES)


def signing_keys() -> Query[SigningKey]:
    """All keys that still verify, the newest first."""
    return Query(SIGNING_KEYS, "0", descending=True)
