"""What brings imports on."""

from cartwheel.imports.service import EVENT, Imports
from cartwheel.messaging import Event, Subscription


def subscriptions(imports: Imports) -> list[Subscription]:
    """The consumer of the queue ``imports``."""

    async def advance(event: Event) -> None:
        await imports.advance(event.subject)

    return [Subscription("imports", frozenset({EVENT}), advance)]
