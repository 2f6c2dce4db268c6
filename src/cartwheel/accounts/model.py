"""People of the shop, what they are known by, and the rules about it."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

from email_validator import EmailNotValidError, validate_email
from pydantic import BaseModel, ConfigDict, Field

from cartwheel.kernel.errors import Clash, Denied, Invalid, NotFound, Unauthenticated

Group = Literal["customers", "vendors", "admins"]
GROUPS: tuple[Group, ...] = get_args(Group)

ACCESS_TIME = timedelta(hours=1)
"""How long an access or id token is valid."""

REFRESH_TIME = timedelta(days=30)
"""How long a session lives from its sign-in on; rotation does not prolong it (as with Cognito)."""

REUSE_GRACE = timedelta(seconds=10)
"""How long the refresh token before the present one is still answered, for two tabs that refresh at once."""

SIGN_UP_TIME = timedelta(days=7)
"""How long a sign-up waits for its confirmation; a new code may be asked for until then."""

MAX_TRIES = 5
MAX_ADDRESSES = 20
PASSWORD_LENGTH = (8, 256)
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10

Purpose = Literal["sign_up", "reset", "email"]
_CODE_HOURS: dict[Purpose, int] = {"sign_up": 24, "reset": 1, "email": 24}
CODE_TIME = {purpose: timedelta(hours=hours) for purpose, hours in _CODE_HOURS.items()}


class InvalidEmail(Invalid):
    """Not an address that mail can be sent to."""

    code = "invalid_email"

    def __init__(self) -> None:
        super().__init__("This is not a valid e-mail address.")


class WeakPassword(Invalid):
    """``details['missing']`` names the rules that the password breaks."""

    code = "weak_password"

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"The password needs {', '.join(missing)}.", missing=list(missing))


class InvalidCode(Invalid):
    """Wrong, used, expired, tried too often, or never sent: all look the same."""

    code = "invalid_code"

    def __init__(self) -> None:
        super().__init__("The code is wrong or has expired. Ask for a new one.")


class InvalidProfile(Invalid):
    """A profile or address that cannot be kept."""

    code = "invalid_profile"


class InvalidCredentials(Unauthenticated):
    """Unknown e-mail or wrong password: both look the same."""

    code = "invalid_credentials"

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is wrong.")


class TotpRequired(Unauthenticated):
    """The password is right; the account wants a code of the authenticator app as well."""

    code = "totp_required"

    def __init__(self) -> None:
        super().__init__("Enter the code of your authenticator app, or a recovery code.")


class InvalidTotp(Unauthenticated):
    """The password is right, the second factor is wrong or was used before."""

    code = "invalid_totp"

    def __init__(self) -> None:
        super().__init__("The code of the authenticator app is wrong or was used before.")


class EmailNotConfirmed(Denied):
    """The password is right; the e-mail address waits for its confirmation."""

    code = "email_not_confirmed"

    def __init__(self) -> None:
        super().__init__("Confirm your e-mail address first, with the code that was sent to it.")


class AccountDisabled(Denied):
    """The password is right; an administrator has disabled the account."""

    code = "account_disabled"

    def __init__(self) -> None:
        super().__init__("This account is disabled.")


class WrongPassword(Denied):
    """Somebody who is signed in did not prove to be the owner."""

    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__("The password is wrong.")


class InvalidToken(Unauthenticated):
    """Not an access token of this shop, or expired, or its session has ended."""

    code = "invalid_token"

    def __init__(self) -> None:
        super().__init__("The access token is not valid, or its session has ended.")


class InvalidRefreshToken(Unauthenticated):
    """Not a refresh token of this shop, or used before, or its session has ended."""

    code = "invalid_refresh_token"

    def __init__(self) -> None:
        super().__init__("The session has ended. Sign in again.")


class EmailTaken(Clash):
    """Another account has this e-mail address. Told only to who has proved to own it, and to operators."""

    code = "email_taken"

    def __init__(self) -> None:
        super().__init__("Another account uses this e-mail address.")


class TotpAlreadyOn(Clash):
    """The second factor is on; it is turned off before another one is set up."""

    code = "totp_already_on"

    def __init__(self) -> None:
        super().__init__("The authenticator app is set up already.")


class TotpNotStarted(Clash):
    """There is no set-up to confirm."""

    code = "totp_not_started"

    def __init__(self) -> None:
        super().__init__("Start setting up the authenticator app first.")


class TooManyAddresses(Clash):
    """The address book is full."""

    code = "too_many_addresses"

    def __init__(self) -> None:
        super().__init__(f"An address book holds at most {MAX_ADDRESSES} addresses.", limit=MAX_ADDRESSES)


class UserNotFound(NotFound):
    """No such user, or one who was erased."""

    code = "user_not_found"

    def __init__(self, user_id: str = "") -> None:
        super().__init__("User not found.", userId=user_id)


class AddressNotFound(NotFound):
    """No such address in the caller's book."""

    code = "address_not_found"

    def __init__(self, address_id: str) -> None:
        super().__init__("Address not found.", addressId=address_id)


class SessionNotFound(NotFound):
    """No such session of the caller."""

    code = "session_not_found"

    def __init__(self, session_id: str) -> None:
        super().__init__("Session not found.", sessionId=session_id)


class Frozen(BaseModel):
    """Base of what is stored."""

    model_config = ConfigDict(frozen=True)


class User(Frozen):
    """Who has a confirmed e-mail address. Nothing secret is in here; an erased user keeps ids and dates."""

    shard: str = "0"
    """One partition for the list of users: sign-ups come at tens a second at most, a partition takes 1000."""
    user_id: str
    email: str
    name: str = ""
    email_key: str | None = None
    name_key: str | None = None
    """What lists of users are searched by; empty for who has no name, or was erased."""
    staff: str | None = None
    """In the list of administrators."""
    locale: str = "en"
    marketing_opt_in_at: datetime | None = None
    groups: tuple[Group, ...] = ("customers",)
    disabled: bool = False
    totp_enabled: bool = False
    default_address_id: str | None = None
    address_count: int = 0
    epoch: int = 0
    """Sessions of an earlier epoch are over."""
    version: int = 0
    """Counts every change, for those that depend on what was read."""
    created_at: datetime
    erased_at: datetime | None = None


class EmailClaim(Frozen):
    """Whose e-mail address it is. The key makes addresses unique."""

    email_key: str
    user_id: str


class Credentials(Frozen):
    """What a user proves their identity with. ``totp_…`` secrets are sealed."""

    user_id: str
    password_hash: str | None = None
    totp_secret: str | None = None
    totp_pending: str | None = None
    totp_step: int = 0
    """The last time step whose code was used: codes of it and of earlier ones are refused."""


class RecoveryCode(Frozen):
    """An unused stand-in for a code of the authenticator app."""

    user_id: str
    code_hash: str


class SignUp(Frozen):
    """An account that waits for its e-mail address to be confirmed. A new attempt replaces the one before."""

    email_key: str
    user_id: str
    email: str
    name: str
    locale: str
    password_hash: str
    expires_at: datetime


class Code(Frozen):
    """A one-time code that was mailed: one per subject and purpose, the latest."""

    subject: str
    purpose: Purpose
    code_hash: str
    email: str = ""
    """The new address, where the code changes it."""
    tries: int = 0
    expires_at: datetime


class Session(Frozen):
    """A device that somebody is signed in on."""

    session_id: str
    user_id: str
    epoch: int
    device: str
    token_hash: str
    previous_hash: str = ""
    rotated_at: datetime
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class AddressFields(Frozen):
    """Where parcels or invoices go, in the terms of a shipping address; ``country`` is of ISO 3166-1."""

    name: str = Field(min_length=1, max_length=200)
    line1: str = Field(min_length=1, max_length=200)
    line2: str = Field(default="", max_length=200)
    city: str = Field(min_length=1, max_length=100)
    region: str = Field(default="", max_length=100)
    postal_code: str = Field(default="", max_length=20)
    country: str = Field(pattern="^[A-Z]{2}$")
    phone: str = Field(default="", max_length=40)


class Address(AddressFields):
    """One entry of a user's address book."""

    user_id: str
    address_id: str


class SigningKey(Frozen):
    """An RS256 key pair. ``expires_at`` is set once a newer key signs; until then this one verifies."""

    shard: str = "0"
    number: int
    kid: str
    public_jwk: dict[str, str]
    sealed_private: str
    created_at: datetime
    expires_at: datetime | None = None


class Claims(Frozen):
    """What a valid access token says about its bearer."""

    user_id: str
    email: str
    groups: frozenset[str]
    session_id: str
    began_at: int = 0
    """In Unix seconds, where another provider's token says it."""


def parse_email(text: str) -> tuple[str, str]:
    """The address to write to, and the key under which it is unique (NFKC, case folded).

    Raises ``InvalidEmail``. Whether the domain exists is not looked up.
    """
    try:
        # test_environment: allows names under .test (RFC 2606), which a shop on a laptop uses
        address = validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise InvalidEmail from None
    key = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", address).casefold())
    if len(key) > 254:
        raise InvalidEmail
    return address, key


def check_password(password: str) -> None:
    """Raises ``WeakPassword`` with the rules that are broken."""
    shortest, longest = PASSWORD_LENGTH
    rules = {
        f"{shortest} to {longest} characters": shortest <= len(password) <= longest,
        "an upper case letter": any(c.isupper() for c in password),
        "a lower case letter": any(c.islower() for c in password),
        "a digit": any(c.isdecimal() for c in password),
    }
    missing = [rule for rule, kept in rules.items() if not kept]
    if missing:
        raise WeakPassword(missing)


_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


def check_locale(locale: str) -> str:
    """A language tag such as ``de`` or ``pt-BR`` (BCP 47); else ``InvalidProfile``."""
    if not _LOCALE.fullmatch(locale):
        raise InvalidProfile("A locale looks like 'en' or 'pt-BR'.", field="locale")
    return locale


def clean_line(text: str, field: str) -> str:
    """A trimmed line of text that may go into a mail header or a label; else ``InvalidProfile``."""
    text = text.strip()
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text):
        raise InvalidProfile(f"The field {field} holds a control character.", field=field)
    return text


def contact(user: User) -> dict[str, str]:
    """What a mail to the user needs: a part of every event that leads to one."""
    return {"email": user.email, "name": user.name, "locale": user.locale}
