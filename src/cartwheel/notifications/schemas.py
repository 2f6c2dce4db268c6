"""The JSON of the routes."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from cartwheel.notifications.kinds import Kind
from cartwheel.notifications.model import Suppression, Topic
from cartwheel.notifications.rendering import Letter


class _Json(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class KindOut(_Json):
    """A kind of mail. Those with a ``topic`` are optional: their readers can turn it off."""

    kind: str
    reader: Literal["customer", "vendor", "admin"]
    topic: Topic | None

    @classmethod
    def of(cls, kind: Kind) -> "KindOut":
        """The kind as it is told."""
        return cls(kind=kind.name, reader=kind.reader, topic=kind.topic)


class PreviewOut(_Json):
    """A mail with sample data, as HTML and as text. ``language`` is the one that it is written in."""

    kind: str
    language: str
    subject: str
    html: str
    text: str

    @classmethod
    def of(cls, kind: str, letter: Letter) -> "PreviewOut":
        """The letter as it is told."""
        return cls(
            kind=kind,
            language=letter.language,
            subject=letter.subject,
            html=letter.html,
            text=letter.text,
        )


class SuppressionOut(_Json):
    """A marked address. ``address`` is empty once its owner was forgotten."""

    address_key: str
    address: str
    reason: Literal["bounced", "complained"]
    detail: str
    at: datetime

    @classmethod
    def of(cls, mark: Suppression) -> "SuppressionOut":
        """The mark as it is told."""
        return cls(**mark.model_dump(exclude={"shard"}))


class SubscriptionOut(_Json):
    """What a link in a mail is about, and whether it is on."""

    topic: Topic
    wanted: bool


class TopicsBody(_Json):
    """What is left out stays as it is."""

    cart: bool | None = Field(default=None, description="Reminders of a cart that was left.")
    stock: bool | None = Field(default=None, description="What runs out: for vendors and admins.")

    @property
    def chosen(self) -> dict[Topic, bool]:
        """What changes."""
        told = {Topic.CART: self.cart, Topic.STOCK: self.stock}
        return {topic: wanted for topic, wanted in told.items() if wanted is not None}


class TopicsOut(_Json):
    """What the caller wants mails about."""

    cart: bool
    stock: bool

    @classmethod
    def of(cls, topics: dict[Topic, bool]) -> "TopicsOut":
        """The choices as they are told."""
        return cls(cart=topics[Topic.CART], stock=topics[Topic.STOCK])
