"""Which engine and adapter each setting chooses. With ``shop`` the only module that names them."""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartwheel import (
    accounts,
    analytics,
    audit,
    cart,
    catalog,
    checkout,
    imports,
    inventory,
    media,
    notifications,
    orders,
    payments,
    vendors,
)
from cartwheel.accounts import (
    Accounts,
    Devices,
    Identity,
    Jwts,
    KeyRing,
    OwnCredentials,
    Proofs,
    Sessions,
    TokenReader,
)
from cartwheel.checkout import WORKFLOW, CheckoutSteps, WorkflowDriver
from cartwheel.edge.throttling import THROTTLE, StoreThrottle, Throttle
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.money import to_minor
from cartwheel.kernel.signing import Signer
from cartwheel.media import Files
from cartwheel.messaging import OUTBOX, Queue, Subscription
from cartwheel.messaging.broadcast import NOTICES, Express
from cartwheel.messaging.once import HANDLED
from cartwheel.messaging.schedules import TABLES as SCHEDULE_TABLES
from cartwheel.messaging.table_queue import TABLES as QUEUE_TABLES
from cartwheel.notifications import Mailer, Reason
from cartwheel.payments import PaymentProvider
from cartwheel.search import SearchIndex
from cartwheel.settings import Settings
from cartwheel.shipping import FlatRates, ShippingMethod
from cartwheel.storage import ReadReplica, Store, Table
from cartwheel.storage.measured import Measured

if TYPE_CHECKING:
    from cartwheel.checkout.stepfunctions import StepFunctions
    from cartwheel.notifications.sns import Topic


def tables() -> tuple[Table[Any], ...]:
    """Every table of the shop: what SQL migrations, DynamoDB tables and the data stack are derived from."""
    from cartwheel.payments.sandbox import TABLES as SANDBOX_TABLES

    return (
        OUTBOX,
        *QUEUE_TABLES,
        HANDLED,
        NOTICES,
        *SCHEDULE_TABLES,
        THROTTLE,
        *audit.TABLES,
        *accounts.TABLES,
        *media.TABLES,
        *catalog.TABLES,
        *inventory.TABLES,
        *cart.TABLES,
        *payments.TABLES,
        *SANDBOX_TABLES,
        *orders.TABLES,
        *vendors.TABLES,
        *checkout.TABLES,
        *notifications.TABLES,
        *analytics.TABLES,
        *imports.TABLES,
    )


def open_store(settings: Settings, secret: bytes, clock: Clock) -> Store:
    """The storage engine of ``settings.database``, measured."""
    return Measured(_open_engine(settings, secret, clock), settings.database_url.partition(":")[0])


def _open_engine(settings: Settings, secret: bytes, clock: Clock) -> Store:
    from cartwheel.storage.cursors import Cursors

    url, cursors = settings.database_url, Cursors(secret)
    if url.startswith("dynamodb:"):
        from cartwheel.storage.dynamodb import DynamoStore

        return DynamoStore(url, tables(), cursors, clock)
    from cartwheel.storage import sql

    return sql.SqlStore(sql.open_driver(url), tables(), cursors, clock, sql.MIGRATIONS)


def open_lagging(settings: Settings, store: Store, secret: bytes, clock: Clock) -> Store:
    """The store for reads that may be late: with ``settings.database_replica``, or the same.

    Raises ``ValueError`` for a replica that is not of the database's kind.
    """
    url = settings.database_replica
    if not url:
        return store
    if url.partition(":")[0] != settings.database_url.partition(":")[0] or url.startswith("dynamodb:"):
        raise ValueError("CARTWHEEL_DATABASE_REPLICA is not of the same kind as CARTWHEEL_DATABASE, of SQL.")
    from cartwheel.storage import sql
    from cartwheel.storage.cursors import Cursors

    replica = sql.SqlReplica(sql.open_driver(url), tables(), Cursors(secret), clock)
    return ReadReplica(store, Measured(replica, "replica"))


def open_queue(settings: Settings, store: Store, clock: Clock) -> Queue:
    """The queues of ``settings.queue``. Raises ``ValueError`` for an unknown kind."""
    visibility = timedelta(seconds=settings.visibility)
    if settings.aws_queues and not settings.queue.startswith("sqs:"):
        raise ValueError("CARTWHEEL_AWS_QUEUES needs an sqs:// address as CARTWHEEL_QUEUE.")
    if settings.queue == "local":
        from cartwheel.messaging.table_queue import TableQueue

        return TableQueue(store, clock, visibility)
    if settings.queue.startswith("sqs:"):
        from cartwheel.messaging.sqs_queue import SqsQueue

        return SqsQueue(settings.queue, visibility, settings.aws_queues.split(","))
    raise ValueError("CARTWHEEL_QUEUE is neither 'local' nor an sqs:// address.")


@dataclass(frozen=True, slots=True)
class Shared:
    """What processes share for moments only."""

    throttle: Throttle
    express: Express | None = None
    ready: Callable[[], Awaitable[object]] | None = None
    close: Callable[[], Awaitable[None]] | None = None


def open_shared(settings: Settings, store: Store, clock: Clock) -> Shared:
    """What ``settings.shared`` names, or the store. Raises ``ValueError`` for what is no address of Redis."""
    in_store = StoreThrottle(store, clock)
    if not settings.shared:
        return Shared(in_store)
    from cartwheel.edge.redis_throttle import RedisThrottle
    from cartwheel.messaging.redis_express import RedisExpress
    from cartwheel.redis_server import RedisServer

    redis = RedisServer(settings.shared)
    throttle = RedisThrottle(redis, in_store, clock)
    return Shared(throttle, RedisExpress(redis), redis.ready, redis.close)


def open_files(settings: Settings, clock: Clock, secret: bytes) -> Files:
    """The files of ``settings.media``. Raises ``ValueError`` for what is no address of files."""
    if settings.media.startswith("s3:"):
        from cartwheel.media.s3 import S3

        return S3(settings.media, settings.region, settings.aws_endpoint)
    from cartwheel.media.folder import Folder

    if settings.media and not settings.media.startswith("file:///"):
        raise ValueError("CARTWHEEL_MEDIA is neither a file:/// address nor s3://bucket.")
    root = Path(settings.media.removeprefix("file://")) if settings.media else settings.data / "media"
    return Folder(root, Signer(secret, "media"), clock)


def open_pages(settings: Settings) -> Files | None:
    """Where the built app lies, if that is a bucket. Raises ``ValueError`` for what is no address of one."""
    if not settings.pages:
        return None
    if not settings.pages.startswith("s3:"):
        raise ValueError("CARTWHEEL_PAGES is not of the form s3://bucket.")
    from cartwheel.media.s3 import S3

    return S3(settings.pages, settings.region, settings.aws_endpoint)


def open_index(settings: Settings) -> SearchIndex:
    """The index that search looks things up in. Raises ``ValueError`` for what is no address of one."""
    from cartwheel.search.embedded import Embedded

    if not settings.search:
        return Embedded(settings.data / "search")
    if not settings.search.startswith("s3:"):
        raise ValueError("CARTWHEEL_SEARCH is not of the form s3://bucket/prefix.")
    from cartwheel.search.snapshot import Snapshot, own_folder

    copy = Embedded(own_folder(settings.data / "search-copies"))
    return Snapshot(settings.search, copy, settings.region, settings.aws_endpoint)


def open_mailer(settings: Settings) -> Mailer:
    """The mailer of ``settings.mail``. Raises ``ValueError`` for an unknown one."""
    if settings.mail == "mailbox":
        from cartwheel.notifications.mailbox import Mailbox

        return Mailbox(settings.data / "mail", settings.mail_from)
    if settings.mail.startswith(("smtp:", "smtps:")):
        from cartwheel.notifications.smtp import Smtp

        return Smtp(settings.mail, settings.mail_from)
    if settings.mail.startswith("ses:"):
        from cartwheel.notifications.ses import Ses

        return Ses(settings.mail, settings.mail_from)
    raise ValueError("CARTWHEEL_MAIL is neither 'mailbox' nor an smtp:// or ses:// address.")


def open_topic(settings: Settings) -> "Topic | None":
    """Whom ``settings.topic`` has told of orders. Raises ``ValueError`` for what is no ARN."""
    if not settings.topic:
        return None
    from cartwheel.notifications.sns import Topic

    return Topic(settings.topic)


def open_driver(settings: Settings, store: Store, clock: Clock, steps: CheckoutSteps) -> WorkflowDriver:
    """The driver of ``settings.workflow``. Raises ``ValueError`` for an unknown one."""
    if settings.workflow == "local":
        from cartwheel.checkout.local import LocalDriver

        return LocalDriver(store, clock, WORKFLOW, steps)
    from cartwheel.checkout.stepfunctions import StepFunctions

    return StepFunctions(store, clock, WORKFLOW, steps, settings.workflow)


def state_machine(driver: WorkflowDriver) -> "StepFunctions":
    """The driver, where it is the one whose tasks a state machine calls. Raises ``TypeError`` for another."""
    from cartwheel.checkout.stepfunctions import StepFunctions

    if not isinstance(driver, StepFunctions):
        raise TypeError("CARTWHEEL_WORKFLOW names no state machine.")
    return driver


@dataclass(frozen=True, slots=True)
class People:
    """Who people are and how they prove it, by the provider of ``settings.identity``."""

    sessions: Devices
    identity: Identity
    credentials: OwnCredentials
    accounts: Accounts
    ready: Callable[[], Awaitable[object]]
    close: Callable[[], Awaitable[None]] | None = None
    subscriptions: Sequence[Subscription] = ()


def open_people(settings: Settings, store: Store, clock: Clock, keys: KeyRing, proofs: Proofs) -> People:
    """Accounts with the identity of ``settings.identity``. Raises ``ValueError`` for an unknown one."""
    if settings.identity.startswith("cognito:"):
        return _people_of_cognito(settings, store, clock, proofs)
    if settings.identity != "local":
        raise ValueError("CARTWHEEL_IDENTITY is neither 'local' nor a cognito:// address.")
    from cartwheel.accounts.local_credentials import LocalCredentials
    from cartwheel.accounts.local_identity import LocalIdentity

    sessions = Sessions(store, clock, Jwts(keys, clock, settings.base_url), proofs.secret)
    return People(
        sessions=sessions,
        identity=LocalIdentity(store, clock, sessions, proofs),
        credentials=LocalCredentials(store, clock, sessions, proofs, settings.shop_name),
        accounts=Accounts(store, clock, proofs.passwords, sessions),
        ready=keys.signing_key,
    )


def _people_of_cognito(settings: Settings, store: Store, clock: Clock, proofs: Proofs) -> People:
    from cartwheel.accounts import cognito
    from cartwheel.accounts.local_credentials import LocalCredentials

    pool = cognito.UserPool(settings.identity, settings.jwks, settings.aws_endpoint)
    sessions = cognito.PoolSessions(store, clock, pool)
    passwords, name = cognito.PoolPasswords(store, pool, proofs.gate), settings.shop_name
    emails = LocalCredentials(store, clock, sessions, proofs, name, passwords.check)
    return People(
        sessions=sessions,
        identity=cognito.CognitoIdentity(store, clock, sessions, proofs.gate),
        credentials=cognito.CognitoCredentials(store, clock, sessions, passwords, emails, name),
        accounts=Accounts(store, clock, proofs.passwords, sessions, pool.register),
        ready=pool.keys,
        close=pool.close,
        subscriptions=[cognito.subscription(store, sessions)],
    )


def open_tokens(settings: Settings, clock: Clock) -> TokenReader:
    """Who reads the tokens of ``settings.identity`` for whoever has no database at hand.

    Raises ``ValueError`` unless it is a user pool.
    """
    if not settings.identity.startswith("cognito:"):
        raise ValueError("CARTWHEEL_IDENTITY is no cognito:// address.")
    from cartwheel.accounts import cognito

    return cognito.PoolTokens(
        cognito.UserPool(settings.identity, settings.jwks, settings.aws_endpoint), clock
    )


def arrived_files(told: Mapping[str, Any]) -> Iterable[str]:
    """The names of files that have arrived, from what S3 tells of its bucket."""
    from cartwheel.media.s3 import arrived

    return arrived(told)


def returned_mail(told: str) -> Iterable[tuple[str, Reason, str]]:
    """Whom not to write to any more, from what SES tells of mail that came back."""
    from cartwheel.notifications.ses import returned

    return returned(told)


def open_provider(settings: Settings, store: Store, clock: Clock, secret: bytes) -> PaymentProvider:
    """The payment provider of ``settings.payments``."""
    from cartwheel.payments.sandbox import Sandbox

    return Sandbox(store, clock, Signer(secret, "sandbox webhooks").key, settings.base_url)


def flat_rates(settings: Settings) -> FlatRates:
    """What sending costs, in minor units of the shop's currency."""
    currency = settings.currency
    return FlatRates(
        [
            ShippingMethod(
                id=rate.id,
                name=rate.name,
                price=to_minor(rate.price, currency),
                days=rate.days,
                free_from=None if rate.free_from is None else to_minor(rate.free_from, currency),
            )
            for rate in settings.shipping
        ]
    )


def open_proof(settings: Settings) -> bytes:
    """The secret by which the shop's CloudFront is known; empty where there is none."""
    if not settings.proof_id:
        return b""
    from cartwheel.aws import read_secret

    return read_secret(settings.proof_id, settings.region)


def adapter_names(settings: Settings) -> dict[str, str]:
    """Which adapter serves each part of the shop: no addresses and no secrets."""
    return {
        "database": settings.database_url.partition(":")[0],
        "queue": settings.queue.partition(":")[0],
        "shared": settings.shared.partition(":")[0] or "database",
        "mail": settings.mail.partition(":")[0],
        "media": settings.media.partition(":")[0] or "file",
        "search": settings.search.partition(":")[0] or "embedded",
        "payments": settings.payments,
        "workflow": settings.workflow.partition(":")[0],
        "identity": settings.identity.partition(":")[0],
    }


def app_secret(settings: Settings) -> bytes:
    """The secret of ``settings`` or of Secrets Manager; else one in the data folder, made when first asked.

    Raises ``ValueError`` for one that is too short.
    """
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    if settings.secret_id:
        from cartwheel.aws import read_secret

        return read_secret(settings.secret_id, settings.region)
    path = settings.data / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"secret.{secrets.token_hex(4)}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48))
        try:  # a hard link appears whole or not at all, and never replaces a rival's
            path.hardlink_to(made)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_bytes()
