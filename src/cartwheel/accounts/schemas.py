"""The JSON of the routes: camelCase names, what may be sent, what is answered."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from cartwheel.accounts.identity import Tokens
from cartwheel.accounts.model import AddressFields, Group, Session, User
from cartwheel.accounts.profiles import Entry

CAMEL = ConfigDict(alias_generator=to_camel, populate_by_name=True)

# Longer than a password or token may be, so that the rules answer and not the schema.
_LONG = 1024


class Json(BaseModel):
    """Base of every body."""

    model_config = CAMEL


class EmailBody(Json):
    """The account, by its e-mail address."""

    email: str = Field(max_length=320, examples=["ada@example.com"])


class SignUpBody(EmailBody):
    """A new account."""

    password: str = Field(
        max_length=_LONG, description="8 to 256 characters with upper case, lower case, digit."
    )
    name: str = Field(default="", max_length=120)
    locale: str = Field(default="en", max_length=20)


class CodeBody(Json):
    """A code that was mailed, or that an authenticator app shows."""

    code: str = Field(max_length=64, examples=["123456"])


class ConfirmBody(EmailBody, CodeBody):
    """The code that was mailed after signing up."""


class ResetBody(EmailBody, CodeBody):
    """A new password, with the code that was mailed."""

    password: str = Field(max_length=_LONG)


class SignInBody(EmailBody):
    """E-mail address and password; ``totp`` once the answer was ``totp_required``."""

    password: str = Field(max_length=_LONG)
    totp: str = Field(
        default="", max_length=64, description="Code of the authenticator app, or a recovery code."
    )
    refresh: Literal["cookie", "body"] = Field(default="cookie", description="Where the refresh token goes.")


class RefreshBody(Json):
    """The refresh token of a client that has no cookies."""

    refresh_token: str | None = Field(default=None, max_length=_LONG)


class SignOutBody(RefreshBody):
    """Which sessions end."""

    everywhere: bool = Field(default=False, description="End all sessions of the account.")


class PasswordBody(Json):
    """Proves that the owner is calling."""

    password: str = Field(max_length=_LONG)


class PasswordChangeBody(Json):
    """The present password and the next one."""

    old_password: str = Field(max_length=_LONG)
    new_password: str = Field(max_length=_LONG)


class EmailChangeBody(PasswordBody, EmailBody):
    """The next e-mail address."""


class ProfileBody(Json):
    """What is left out stays as it is."""

    name: str | None = Field(default=None, max_length=120)
    locale: str | None = Field(default=None, max_length=20)
    marketing_opt_in: bool | None = None


class AddressBody(AddressFields):
    """An address to keep."""

    model_config = CAMEL

    is_default: bool = Field(default=False, description="Propose this address first.")


class MessageJson(Json):
    """The same words whether or not the account exists."""

    message: str


class TokensJson(Json):
    """``expiresIn`` is in seconds; ``refreshToken`` comes to clients that asked for it in the body only."""

    access_token: str
    id_token: str
    expires_in: int
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a scheme, not a secret
    refresh_token: str | None = None

    @classmethod
    def of(cls, tokens: Tokens, *, in_body: bool) -> "TokensJson":
        """What a client is told."""
        return cls(
            access_token=tokens.access_token,
            id_token=tokens.id_token,
            expires_in=tokens.expires_in,
            refresh_token=tokens.refresh_token if in_body else None,
        )


class UserJson(Json):
    """Who is signed in."""

    user_id: str
    email: str
    name: str
    locale: str
    marketing_opt_in: bool
    groups: list[Group]
    totp_enabled: bool
    default_address_id: str | None
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> "UserJson":
        """What users see of themselves."""
        return cls(
            user_id=user.user_id,
            email=user.email,
            name=user.name,
            locale=user.locale,
            marketing_opt_in=user.marketing_opt_in_at is not None,
            groups=list(user.groups),
            totp_enabled=user.totp_enabled,
            default_address_id=user.default_address_id,
            created_at=user.created_at,
        )


class StaffUserJson(UserJson):
    """A user as administrators see one. An erased one has neither name nor address."""

    disabled: bool
    erased_at: datetime | None

    @classmethod
    def of(cls, user: User) -> "StaffUserJson":
        """What administrators see: nothing that proves an identity, and no addresses."""
        own = UserJson.of(user).model_dump()
        return cls(**own, disabled=user.disabled, erased_at=user.erased_at)


class AddressJson(AddressFields):
    """An entry of the address book."""

    model_config = CAMEL

    address_id: str
    is_default: bool

    @classmethod
    def of(cls, entry: Entry) -> "AddressJson":
        """An address as its owner sees it."""
        return cls(**entry.address.model_dump(exclude={"user_id"}), is_default=entry.is_default)


class SessionJson(Json):
    """A device that is signed in. ``lastUsedAt`` is its latest sign-in or refresh."""

    session_id: str
    device: str
    created_at: datetime
    last_used_at: datetime
    current: bool

    @classmethod
    def all_of(cls, sessions: Iterable[Session], current: str | None) -> list["SessionJson"]:
        """Sessions as their owner sees them, from one of them."""
        return [
            cls(
                session_id=session.session_id,
                device=session.device,
                created_at=session.created_at,
                last_used_at=session.last_used_at,
                current=session.session_id == current,
            )
            for session in sessions
        ]


class TotpJson(Json):
    """What an authenticator app is set up with."""

    secret: str = Field(description="In base 32, to type in.")
    uri: str = Field(description="The same as otpauth URI, to scan.")


class RecoveryCodesJson(Json):
    """Shown this once."""

    recovery_codes: list[str]


class OpenIdJson(BaseModel):
    """What verifiers of tokens look up (OpenID Connect Discovery 1.0, the part that serves them)."""

    issuer: str
    jwks_uri: str
    id_token_signing_alg_values_supported: list[str] = ["RS256"]
    subject_types_supported: list[str] = ["public"]
    response_types_supported: list[str] = []
    claims_supported: list[str]


class JwksJson(BaseModel):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, str]]
