"""A password that is rotated while the shop runs: what stands goes on, what is new uses the new one."""

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import pytest
import sqlalchemy as sa

from cartwheel.kernel.clock import utc_now
from cartwheel.storage import Put, Unavailable
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.sql import SqlStore, open_driver
from cartwheel.storage.sql.credentials import Rotated
from cartwheel.storage.sql.servers import ServerDriver
from tests.contract.storage.backends import SECRET, Mariadb
from tests.contract.storage.tables import MARKS, TABLES, Mark
from tests.support.databases import execute

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow_callbacks_ok(reason="connections are opened while the test waits"),
]


class Secret:
    """What Secrets Manager would tell, and how often it was asked."""

    def __init__(self, user: str) -> None:
        self.user, self.password, self.asked = user, "first", 0

    def read(self) -> str:
        self.asked += 1
        return json.dumps({"username": self.user, "password": self.password})


@pytest.fixture
async def secret(mysql_url: str) -> AsyncIterator[Secret]:
    """Of a user of the test's own, who may do everything in its database."""
    user = f"{urlsplit(mysql_url).path.strip('/')}_user"
    await execute(mysql_url, f"CREATE OR REPLACE USER '{user}'@'127.0.0.1' IDENTIFIED BY 'first'")
    await execute(mysql_url, f"GRANT ALL ON *.* TO '{user}'@'127.0.0.1'")
    yield Secret(user)
    await execute(mysql_url, f"DROP USER '{user}'@'127.0.0.1'")


@pytest.fixture
async def store(mysql_url: str, secret: Secret) -> AsyncIterator[SqlStore]:
    """Over an address that names neither user nor password."""
    parts = urlsplit(mysql_url)
    driver = open_driver(urlunsplit(parts._replace(netloc=f"127.0.0.1:{parts.port or 3306}")))
    assert isinstance(driver, ServerDriver)
    driver.rotated = Rotated(secret.read)
    made = SqlStore(driver, TABLES, Cursors(SECRET), utc_now)
    await made.prepare()
    yield made
    await made.close()


async def change_password(mysql_url: str, secret: Secret) -> None:
    await execute(mysql_url, f"ALTER USER '{secret.user}'@'127.0.0.1' IDENTIFIED BY 'second'")


async def test_many_connections_ask_for_the_password_once(store: SqlStore, secret: Secret) -> None:
    await asyncio.gather(*(store.write(Put(MARKS, Mark(name=f"m{number}"))) for number in range(15)))
    assert secret.asked == 1


async def test_a_rotated_password_is_found_without_a_restart(
    store: SqlStore, secret: Secret, mysql_url: str
) -> None:
    await store.write(Put(MARKS, Mark(name="before")))
    asked = secret.asked
    await change_password(mysql_url, secret)
    assert await store.get(MARKS, "before") is not None  # over the connection that stands
    secret.password = "second"
    await Mariadb(mysql_url).cut_connections()
    await store.write(Put(MARKS, Mark(name="after")))
    assert await store.get(MARKS, "after") is not None
    assert secret.asked == asked + 1
    await store.prepare()  # over connections apart from the pool


async def test_a_wrong_password_is_tried_for_a_while_and_not_forever(
    store: SqlStore, secret: Secret, mysql_url: str
) -> None:
    await change_password(mysql_url, secret)
    await Mariadb(mysql_url).cut_connections()
    with pytest.raises(Unavailable):
        await store.get(MARKS, "m")
    secret.password = "second"
    assert await store.get(MARKS, "m") is None


def test_the_address_names_the_secret() -> None:
    driver = open_driver("mysql://db/shop?secret=arn:aws:secretsmanager:eu-west-1:1:secret:db&pool_size=3")
    assert isinstance(driver, ServerDriver)
    assert driver.rotated is not None
    assert "secret" not in driver._url.query
    assert open_driver("mysql://db/shop").rotated is None  # type: ignore[attr-defined] # of server drivers


def test_the_certificates_of_rds_are_checked() -> None:
    driver = open_driver("mysql://db/shop?ssl_ca=/etc/cartwheel/rds.pem")
    assert isinstance(driver, ServerDriver)
    _, params = driver.dialect.create_connect_args(sa.make_url(driver._url))
    assert params["ssl"] == {"ca": "/etc/cartwheel/rds.pem"}
