"""Refresh tokens are used up, copied ones end the session, and ended sessions are over at once."""

import pytest

from cartwheel.accounts import Tokens
from cartwheel.accounts.model import InvalidRefreshToken, InvalidToken, SessionNotFound
from cartwheel.accounts.tables import SESSIONS
from cartwheel.storage import Change, Put, absent
from tests.accounts.wiring import EMAIL, SECRET, Wired


def refresh_token(tokens: Tokens) -> str:
    assert tokens.refresh_token is not None
    return tokens.refresh_token


async def signed_in(shop: Wired) -> str:
    await shop.user()
    return refresh_token(await shop.sign_in())


async def is_over(shop: Wired, token: str) -> bool:
    try:
        await shop.identity.refresh(token)
    except InvalidRefreshToken:
        return True
    return False


async def test_a_refresh_rotates_the_token_and_keeps_the_session(shop: Wired) -> None:
    user = await shop.user()
    first = await shop.sign_in()
    shop.clock.advance(minutes=50)
    second = await shop.identity.refresh(refresh_token(first))
    assert second.refresh_token != first.refresh_token
    assert second.access_token != first.access_token
    [session] = await shop.sessions.of_user(user.user_id)
    assert (await shop.identity.verify(second.access_token)).session_id == session.session_id
    assert session.last_used_at == shop.clock()
    shop.clock.advance(minutes=50)
    await shop.identity.refresh(refresh_token(second))


async def test_a_token_used_again_within_ten_seconds_gets_the_same_token(shop: Wired) -> None:
    user_id = (await shop.user()).user_id
    old = refresh_token(await shop.sign_in())
    first = await shop.identity.refresh(old)
    shop.clock.advance(seconds=10)
    [before] = await shop.sessions.of_user(user_id)
    second = await shop.identity.refresh(old)
    assert second.refresh_token == first.refresh_token
    assert await shop.sessions.of_user(user_id) == [before]
    await shop.identity.verify(second.access_token)
    await shop.identity.refresh(refresh_token(first))


async def test_a_token_used_again_later_ends_the_session(shop: Wired) -> None:
    user = await shop.user()
    old = refresh_token(await shop.sign_in(device="Firefox on Linux"))
    other = await shop.sign_in(device="Safari on iPhone")
    first = await shop.identity.refresh(old)
    session_id = (await shop.identity.verify(first.access_token)).session_id
    shop.clock.advance(seconds=11)
    assert await is_over(shop, old)
    assert await is_over(shop, refresh_token(first))
    with pytest.raises(InvalidToken):
        await shop.identity.verify(first.access_token)
    await shop.identity.verify(other.access_token)
    [event] = await shop.events("RefreshTokenReused")
    assert event.subject == user.user_id
    assert event.payload == {"sessionId": session_id, "device": "Firefox on Linux"}


async def test_the_token_before_the_last_one_has_no_grace(shop: Wired) -> None:
    oldest = await signed_in(shop)
    older = refresh_token(await shop.identity.refresh(oldest))
    await shop.identity.refresh(older)
    assert await is_over(shop, oldest)
    assert await is_over(shop, older)


async def test_a_made_up_token_ends_nothing(shop: Wired) -> None:
    token = await signed_in(shop)
    session_id, secret, signature = token.split(".")
    made_up = [
        "",
        "..",
        session_id,
        f"{session_id}.{secret}",
        f"{session_id}.{secret[::-1]}.{signature}",
        f"{session_id}.{secret}.{signature}.",
        f"{token}x",
        "\ud800",
        "x" * 10_000,
    ]
    for attempt in made_up:
        assert await is_over(shop, attempt)
    assert not await is_over(shop, token)
    assert await shop.events("RefreshTokenReused") == []


async def test_a_session_lasts_thirty_days_however_often_it_is_refreshed(shop: Wired) -> None:
    token = await signed_in(shop)
    shop.clock.advance(days=29, hours=23)
    token = refresh_token(await shop.identity.refresh(token))
    shop.clock.advance(hours=1)
    assert await is_over(shop, token)
    assert await shop.events("RefreshTokenReused") == []


async def test_signing_out_ends_the_session_at_once(shop: Wired) -> None:
    await shop.user()
    tokens, other = await shop.sign_in(), await shop.sign_in()
    await shop.identity.verify(tokens.access_token)
    await shop.identity.sign_out(refresh_token(tokens))
    with pytest.raises(InvalidToken):
        await shop.identity.verify(tokens.access_token)
    assert await is_over(shop, refresh_token(tokens))
    await shop.identity.verify(other.access_token)
    await shop.identity.sign_out(refresh_token(tokens))
    await shop.identity.sign_out("made up")


async def test_signing_out_everywhere_ends_every_session_however_many(shop: Wired) -> None:
    user = await shop.user()
    eve = await shop.user("eve@shop.test")
    tokens, hers = await shop.sign_in(), await shop.sign_in("eve@shop.test")
    [session] = await shop.sessions.of_user(user.user_id)
    copies = [session.model_copy(update={"session_id": f"copy-{number}"}) for number in range(130)]
    puts: list[Change] = [Put(SESSIONS, copy, (absent(),)) for copy in copies]
    await shop.store.write(*puts[:65])
    await shop.store.write(*puts[65:])
    assert len(await shop.sessions.of_user(user.user_id)) == 100

    await shop.identity.sign_out(refresh_token(tokens), everywhere=True)

    assert await shop.sessions.of_user(user.user_id) == []
    left = [row.user_id async for row in shop.store.scan(SESSIONS)]
    assert left == [eve.user_id]
    await shop.identity.verify(hers.access_token)


async def test_a_session_that_the_list_missed_is_over_for_refresh(shop: Wired) -> None:
    """On DynamoDB an index may lag: the epoch ends what the sweep did not see."""
    user = await shop.user()
    token = refresh_token(await shop.sign_in())
    [session] = await shop.sessions.of_user(user.user_id)
    await shop.sessions.end_all(user.user_id)
    await shop.store.write(Put(SESSIONS, session))
    assert await is_over(shop, token)


async def test_devices_are_listed_newest_first_and_ended_one_by_one(shop: Wired) -> None:
    user = await shop.user()
    await shop.sign_in(device="Firefox on Linux")
    shop.clock.advance(minutes=1)
    newer = await shop.sign_in(device="Safari on iPhone")
    listed = await shop.sessions.of_user(user.user_id)
    assert [session.device for session in listed] == ["Safari on iPhone", "Firefox on Linux"]
    await shop.sessions.end(user.user_id, listed[1].session_id)
    assert [s.device for s in await shop.sessions.of_user(user.user_id)] == ["Safari on iPhone"]
    await shop.identity.verify(newer.access_token)


async def test_somebody_elses_session_is_not_found(shop: Wired) -> None:
    user, eve = await shop.user(), await shop.user("eve@shop.test")
    tokens = await shop.sign_in()
    [session] = await shop.sessions.of_user(user.user_id)
    for session_id in (session.session_id, "missing", "", "\0", "x" * 300):
        with pytest.raises(SessionNotFound):
            await shop.sessions.end(eve.user_id, session_id)
    await shop.identity.verify(tokens.access_token)


async def test_tokens_follow_the_user(shop: Wired) -> None:
    user = await shop.user()
    token = refresh_token(await shop.sign_in())
    await shop.accounts.add_group(user.user_id, "vendors")
    tokens = await shop.identity.refresh(token)
    assert (await shop.identity.verify(tokens.access_token)).groups == {"customers", "vendors"}


@pytest.mark.parametrize("what", ["disable", "group", "erase"])
async def test_what_takes_rights_away_ends_sessions(shop: Wired, what: str) -> None:
    user = await shop.user(groups=("customers", "admins"))
    tokens = await shop.sign_in()
    if what == "disable":
        await shop.accounts.disable_user(user.user_id)
    elif what == "group":
        await shop.accounts.remove_group(user.user_id, "admins")
    else:
        await shop.accounts.erase(user.user_id)
    with pytest.raises(InvalidToken):
        await shop.identity.verify(tokens.access_token)
    assert await is_over(shop, refresh_token(tokens))


async def test_refresh_tokens_of_another_secret_are_not_known(shop: Wired) -> None:
    token = await signed_in(shop)
    other = type(shop.sessions)(shop.store, shop.clock, shop.sessions._jwts, SECRET[::-1])
    with pytest.raises(InvalidRefreshToken):
        await other.refresh(token)
    assert (await shop.accounts.find_user(EMAIL)) is not None
