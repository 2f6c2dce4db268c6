"""Accounts: who people are, how they prove it, and what they keep about themselves.

``Identity`` and ``OwnCredentials`` are the port for signing up, in and out; ``local_identity`` and
``local_credentials`` fulfil it with the shop's own store. Other domains look users up with ``Accounts``.
"""

from cartwheel.accounts.crypto import Jwts, KeyRing, Passwords, TokenReader
from cartwheel.accounts.identity import (
    Devices,
    Gate,
    Identity,
    Limit,
    Limits,
    NewAccount,
    Origin,
    OwnCredentials,
    PasswordReset,
    SignIn,
    Tokens,
)
from cartwheel.accounts.model import (
    GROUPS,
    Address,
    Claims,
    EmailTaken,
    Group,
    InvalidToken,
    Session,
    User,
    UserNotFound,
)
from cartwheel.accounts.profiles import Entry, ProfileChange, Profiles
from cartwheel.accounts.service import Accounts, Proofs
from cartwheel.accounts.sessions import Sessions
from cartwheel.accounts.tables import TABLES

__all__ = [
    "GROUPS",
    "TABLES",
    "Accounts",
    "Address",
    "Claims",
    "Devices",
    "EmailTaken",
    "Entry",
    "Gate",
    "Group",
    "Identity",
    "InvalidToken",
    "Jwts",
    "KeyRing",
    "Limit",
    "Limits",
    "NewAccount",
    "Origin",
    "OwnCredentials",
    "PasswordReset",
    "Passwords",
    "ProfileChange",
    "Profiles",
    "Proofs",
    "Session",
    "Sessions",
    "SignIn",
    "TokenReader",
    "Tokens",
    "User",
    "UserNotFound",
]
