"""Cognito alone: tokens that others have got, tokens of others, and no answer."""

import asyncio
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cartwheel.accounts import EmailTaken, NewAccount
from cartwheel.accounts.cognito import PoolUnavailable, UserPool
from cartwheel.accounts.model import EmailNotConfirmed, InvalidRefreshToken, InvalidToken
from cartwheel.accounts.tables import USERS
from cartwheel.kernel.clock import utc_now
from cartwheel.settings import Settings
from tests.accounts.wiring import EMAIL, PASSWORD
from tests.contract.identity.conftest import OnCognito, World
from tests.support.aws import REGION, Account
from tests.support.processes import free_port
from tests.support.srp import sign_in_by_srp

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.slow_callbacks_ok(reason="the description of Cognito is read when first used"),
]


@pytest.fixture
def provider(guarded_account: Account) -> Account:
    return guarded_account


def pool_of(world: World) -> UserPool:
    pool: Any = world.sessions
    assert isinstance(pool.pool, UserPool)
    return pool.pool


async def somebody(account: Account, pool: UserPool, email: str = EMAIL, **attributes: str) -> str:
    """A user whom somebody else has made in the pool; their id."""
    told = {"email": email, "email_verified": "true", "name": "Ada", **attributes}
    async with account.client("cognito-idp") as idp:
        made = await idp.admin_create_user(
            UserPoolId=pool.pool_id,
            Username=email,
            UserAttributes=[{"Name": name, "Value": value} for name, value in told.items()],
            MessageAction="SUPPRESS",
        )
        await idp.admin_set_user_password(
            UserPoolId=pool.pool_id, Username=email, Password=PASSWORD, Permanent=True
        )
        await idp.admin_add_user_to_group(UserPoolId=pool.pool_id, Username=email, GroupName="vendors")
    return next(str(one["Value"]) for one in made["User"]["Attributes"] if one["Name"] == "sub")


async def token_of(account: Account, pool: UserPool, email: str = EMAIL, client: str = "") -> str:
    """An access token that some other program has got."""
    async with account.client("cognito-idp") as idp:
        answer = await idp.initiate_auth(
            ClientId=client or pool.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
        )
    return str(answer["AuthenticationResult"]["AccessToken"])


async def test_a_token_that_a_browser_got_by_srp_is_taken(world: World, provider: Account) -> None:
    pool = pool_of(world)
    user_id = await somebody(provider, pool, locale="de")
    async with provider.client("cognito-idp") as idp:
        with pytest.raises(ClientError, match="NotAuthorized"):
            await sign_in_by_srp(idp, pool.pool_id, pool.client_id, EMAIL, "Wrong4Horse")
        result = await sign_in_by_srp(idp, pool.pool_id, pool.client_id, EMAIL, PASSWORD)
    claims = await world.identity.verify(result["AccessToken"])
    assert (claims.user_id, claims.email, set(claims.groups)) == (user_id, EMAIL, {"vendors"})
    user = await world.accounts.get_user(user_id)
    assert (user.name, user.locale, user.groups, user.email) == ("Ada", "de", ("vendors",), EMAIL)
    refreshed = await world.identity.refresh(result["RefreshToken"])
    assert (await world.identity.verify(refreshed.access_token)).session_id == claims.session_id
    await world.identity.sign_out(refreshed.refresh_token or "")
    with pytest.raises(InvalidToken):
        await world.identity.verify(result["AccessToken"])


async def test_requests_that_come_first_at_once_make_one_user(world: World, provider: Account) -> None:
    await somebody(provider, pool_of(world))
    tokens = [await token_of(provider, pool_of(world)) for _ in range(2)]
    claims = await asyncio.gather(*(world.identity.verify(token) for token in tokens * 4))
    assert len({one.user_id for one in claims}) == 1
    assert len([user async for user in world.store.scan(USERS)]) == 1
    assert len(await world.sessions.of_user(claims[0].user_id)) == 2
    assert len(await world.events("AccountConfirmed")) == 1


async def test_tokens_of_other_pools_and_clients_are_refused(world: World, provider: Account) -> None:
    pool = pool_of(world)
    await somebody(provider, pool)
    other = UserPool(provider.url("cognito", f"{REGION}/{await provider.make_pool()}"))
    await somebody(provider, other)
    with pytest.raises(InvalidToken):
        await world.identity.verify(await token_of(provider, other))
    client = await provider.make_client(pool.pool_id)
    token = await token_of(provider, pool, client=client)
    with pytest.raises(InvalidToken):
        await world.identity.verify(token)
    url = provider.url("cognito", f"{REGION}/{pool.pool_id}/{pool.client_id},{client}")
    wider = OnCognito(world.store, utc_now, Settings(identity=url))
    await wider.identity.verify(token)
    assert wider.people.close is not None
    await wider.people.close()


async def test_what_was_revoked_at_cognito_is_not_taken_in(world: World, provider: Account) -> None:
    pool = pool_of(world)
    await somebody(provider, pool)
    token = await token_of(provider, pool)
    async with provider.client("cognito-idp") as idp:
        await idp.global_sign_out(AccessToken=token)
    with pytest.raises(InvalidToken):
        await world.identity.verify(token)
    assert [user async for user in world.store.scan(USERS)] == []


async def test_a_session_never_seen_ends_with_all_others(world: World, provider: Account) -> None:
    pool = pool_of(world)
    user_id = await somebody(provider, pool)
    await world.identity.verify(await token_of(provider, pool))
    unseen = await token_of(provider, pool)
    await world.sessions.end_all(user_id)
    with pytest.raises(InvalidToken):
        await world.identity.verify(unseen)


async def test_a_group_that_was_lost_is_not_got_back_by_signing_in_at_once(world: World) -> None:
    user = await world.user(groups=("customers", "admins"))
    await world.accounts.remove_group(user.user_id, "admins")
    tokens = await world.sign_in()  # Cognito has not heard of it yet
    assert (await world.identity.verify(tokens.access_token)).groups == {"customers", "admins"}
    await world.settle()
    with pytest.raises(InvalidToken):
        await world.identity.verify(tokens.access_token)
    again = await world.identity.verify((await world.sign_in()).access_token)
    assert again.groups == {"customers"}
    await world.settle()
    await world.identity.verify((await world.sign_in()).access_token)


async def test_an_address_that_cognito_has_not_confirmed_opens_nothing(
    world: World, provider: Account
) -> None:
    await somebody(provider, pool_of(world), email_verified="false")
    with pytest.raises(EmailNotConfirmed):
        await world.identity.verify(await token_of(provider, pool_of(world)))
    with pytest.raises(EmailNotConfirmed):
        await world.sign_in()
    assert [user async for user in world.store.scan(USERS)] == []


async def test_an_address_of_another_account_opens_nothing(world: World, provider: Account) -> None:
    pool = pool_of(world)
    user = await world.user()
    async with provider.client("cognito-idp") as idp:  # deleted there, behind the shop's back, and made anew
        await idp.admin_delete_user(UserPoolId=pool.pool_id, Username=EMAIL)
    await somebody(provider, pool)
    with pytest.raises(EmailTaken):
        await world.identity.verify(await token_of(provider, pool))
    assert [one.user_id async for one in world.store.scan(USERS)] == [user.user_id]


async def test_nobody_answers(world: World, provider: Account) -> None:
    pool = pool_of(world)
    await world.user()
    tokens = await world.sign_in()
    deaf = Account(f"http://127.0.0.1:{free_port()}", provider.key)
    url = deaf.url("cognito", f"{REGION}/{pool.pool_id}/{pool.client_id}")
    lost = OnCognito(world.store, utc_now, Settings(identity=url))
    for ask in (
        lost.sign_in(),
        lost.identity.verify(tokens.access_token),
        lost.identity.refresh(tokens.refresh_token or ""),
        lost.identity.sign_up(NewAccount("eve@shop.test", PASSWORD), "192.0.2.1"),
        lost.people.ready(),
    ):
        with pytest.raises(PoolUnavailable):
            await ask
    assert lost.people.close is not None
    await lost.people.close()


async def test_a_made_up_key_is_looked_for_once(
    world: World, provider: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = pool_of(world)
    await world.user()
    token = (await world.sign_in()).access_token
    asked = []

    async def keys() -> dict[str, Any]:
        asked.append(1)
        return {}

    monkeypatch.setattr(pool, "keys", keys)
    fresh = OnCognito(
        world.store,
        utc_now,
        Settings(identity=provider.url("cognito", f"{REGION}/{pool.pool_id}/{pool.client_id}")),
    )
    monkeypatch.setattr(pool_of(fresh), "keys", keys)
    for _ in range(5):
        with pytest.raises(InvalidToken):
            await fresh.identity.verify(token)
    assert len(asked) == 1
    await world.identity.verify(token)
    assert fresh.people.close is not None
    await fresh.people.close()


async def test_a_refresh_token_of_another_client_is_refused(world: World, provider: Account) -> None:
    pool = pool_of(world)
    await somebody(provider, pool)
    client = await provider.make_client(pool.pool_id)
    async with provider.client("cognito-idp") as idp:
        answer = await idp.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": EMAIL, "PASSWORD": PASSWORD},
        )
    with pytest.raises(InvalidRefreshToken):
        await world.identity.refresh(answer["AuthenticationResult"]["RefreshToken"])


@pytest.mark.parametrize(
    "url", ["cognito://eu-central-1", "cognito://eu-central-1/pool", "cognito://r/p/c/d"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ValueError, match="cognito://region/pool/client"):
        UserPool(url)
