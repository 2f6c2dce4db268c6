"""The identity and the credentials of a Cognito user pool."""

from cartwheel.accounts.cognito.credentials import CognitoCredentials, PoolPasswords
from cartwheel.accounts.cognito.identity import CognitoIdentity, subscription
from cartwheel.accounts.cognito.pool import PoolUnavailable, UserPool
from cartwheel.accounts.cognito.sessions import PoolSessions, PoolTokens

__all__ = [
    "CognitoCredentials",
    "CognitoIdentity",
    "PoolPasswords",
    "PoolSessions",
    "PoolTokens",
    "PoolUnavailable",
    "UserPool",
    "subscription",
]
