"""Everything that can be set, read from the environment (``CARTWHEEL_…``) once, and validated."""

from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cartwheel.kernel.money import exponent


def _built_app() -> Path:
    """Where the built app lies: in an installed package, else in a checkout."""
    packaged = Path(__file__).parent / "web"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "web" / "dist"


class ShippingRate(BaseModel):
    """A way of sending; prices in major units of the shop's currency."""

    id: str = Field(pattern="^[a-z0-9-]{1,40}$")
    name: str
    price: Decimal = Field(ge=0)
    days: str = ""
    free_from: Decimal | None = None


class Settings(BaseSettings):
    """A shop's configuration. Each adapter is chosen by one URL."""

    model_config = SettingsConfigDict(env_prefix="CARTWHEEL_", env_nested_delimiter="__", extra="ignore")

    topology: Literal["local", "serverless", "containers", "instances"] = "local"
    """What the system page says; the adapters are chosen below, one by one."""

    stage: Literal["dev", "prod"] = "dev"
    """``prod`` refuses the demo shop, a missing secret and the sandbox's payments."""

    data: Path = Path("var")
    """Where the embedded parts keep their files."""

    database: str = ""
    """``sqlite:///…``, ``mysql://…``, ``postgresql://…``, ``dynamodb://region/prefix``; or empty."""

    database_replica: str = ""
    """A read replica of a ``mysql://`` or ``postgresql://`` database, for the public catalogue and figures.
    Empty: the database answers everything."""

    region: str = Field(default="us-east-1", validation_alias="AWS_REGION")
    """Of AWS, for adapters whose address names none."""

    aws_endpoint: str = Field(default="", validation_alias="AWS_ENDPOINT_URL")
    """Of an emulator, as AWS's own tools take it."""

    identity: str = "local"
    """``local``: passwords in the database; ``cognito://region/pool/client``."""

    jwks: str = ""
    """Where a user pool's keys lie, if not where its tokens say."""

    queue: str = "local"
    """``local``: in the database; ``sqs://region/prefix``."""

    aws_queues: str = Field(default="", pattern=r"^(uploads(,returned-mail)?|returned-mail(,uploads)?)?$")
    """Queues beside those of ``queue`` in which AWS tells the worker something: ``uploads`` (files that
    arrived in S3), ``returned-mail`` (bounces and complaints, from SES), or both. Empty: none."""

    shared: str = ""
    """``redis://host:port/db`` for what processes share for moments only: counters of attempts, and word of
    what has changed. Empty: the database does that too."""

    mail: str = "mailbox"
    """``mailbox``: kept by the shop, shown at ``/mailbox`` and written to ``data/mail``;
    ``smtp://user:pw@host:port``; ``ses://region[/configuration set]``."""

    mail_from: str = "Cartwheel <shop@localhost>"

    search: str = ""
    """``s3://bucket/prefix`` for a search index whose snapshot lies in S3; empty: ``data/search``."""

    topic: str = ""
    """The ARN of a topic of SNS that is told what becomes of orders; empty: nobody is."""

    media: str = ""
    """``file:///folder`` for pictures, or ``s3://bucket``; empty: ``data/media``."""

    payments: Literal["sandbox"] = "sandbox"

    workflow: str = "local"
    """Who runs checkouts: ``local``, or ``states://region/arn`` of a state machine of AWS Step Functions."""

    services: str = ""
    """Which services a process serves, such as ``products,search``; empty: all."""

    secret: SecretStr | None = None
    """Signs tokens and seals keys; 32 characters or more. Empty: made once and kept in ``data/secret``."""

    secret_id: str = ""
    """The name or ARN of the secret of Secrets Manager that holds it, for where no ``secret`` is set."""

    shop_name: str = "Cartwheel"
    base_url: str = ""
    """Where customers find the shop, without a slash at the end. Empty: this machine at ``port``."""

    proxies: str = ""
    """Networks of proxies that are believed when they say who is calling (``X-Forwarded-For``), such as
    ``10.0.0.0/16,127.0.0.1``. Empty: nobody is, and the peer is the caller."""

    proof_id: str = ""
    """The secret of Secrets Manager that the shop's CloudFront shows, and is believed with on who is calling.
    Empty: it is not."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    currency: str = "USD"
    locale: str = "en"
    time_zone: str = "UTC"
    """Where the shop's days begin and end, in its figures."""

    shipping: list[ShippingRate] = [
        ShippingRate(id="standard", name="Standard", price=Decimal(0), days="3 to 5"),
        ShippingRate(id="express", name="Express", price=Decimal("9.99"), days="1 to 2"),
    ]

    web: Path = Field(default_factory=_built_app)
    """The built app. Where there is none, only the API is served."""

    pages: str = ""
    """``s3://bucket`` that holds the built app, for whoever puts heads into its pages; empty: ``web``."""

    commission: Decimal = Field(default=Decimal(10), ge=0, le=100, decimal_places=2)
    """Percent of the goods' value that the shop keeps of a sale, unless the vendor has a rate of its own."""

    demo: bool = True
    """Whether ``serve`` loads the demo shop into an empty database. Never in production."""

    worker: bool = True
    """Whether ``serve`` also runs the queues and schedules."""

    drain: float = Field(default=0.0, ge=0, le=600)
    """Seconds that a server goes on answering after SIGTERM, not ready any more: until nobody asks it."""

    visibility: float = Field(default=90.0, ge=1)
    """Seconds until a queue's message that a dead worker holds comes to another. Longer than any handler."""

    throttle: float = Field(default=1.0, gt=0)
    """Multiplies the limits of sign-in and the like: load tests need more."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"

    log_format: Literal["auto", "json", "text"] = "auto"
    """``auto``: text for people at a terminal, JSON elsewhere."""

    metrics_port: int = Field(default=0, ge=0, le=65535)
    """Where ``worker`` shows its metrics; 0: nowhere. ``serve`` shows its own at ``/metrics``."""

    traces: str = Field(default="", pattern=r"^(console|otlps?://[^/\s]+(/\S*)?)?$")
    """``otlp://host:4318`` or ``console`` for traces by OpenTelemetry; empty: none."""

    @field_validator("proxies")
    @classmethod
    def _known_networks(cls, value: str) -> str:
        for network in filter(None, value.split(",")):
            ip_network(network.strip())
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, ZoneInfoNotFoundError):
            raise ValueError(f"{value!r} is no time zone, such as 'Europe/Berlin'.") from None
        return value

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        exponent(value)
        return value

    @model_validator(mode="after")
    def _complete_and_safe(self) -> "Settings":
        self.base_url = self.base_url.rstrip("/") or f"http://localhost:{self.port}"
        if self.secret is not None and len(self.secret.get_secret_value()) < 32:
            raise ValueError("CARTWHEEL_SECRET needs at least 32 characters.")
        if self.stage == "prod" and self.secret is None and not self.secret_id:
            raise ValueError("In production, set CARTWHEEL_SECRET to 32 or more random characters.")
        return self

    @property
    def database_url(self) -> str:
        """The database, with the default filled in."""
        return self.database or f"sqlite:///{self.data.resolve() / 'shop.db'}"
