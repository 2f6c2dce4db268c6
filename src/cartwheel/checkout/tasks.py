"""What checkout does when others tell it something."""

from cartwheel.checkout.steps import CheckoutSteps
from cartwheel.checkout.workflow import WorkflowDriver
from cartwheel.messaging import Event, Subscription


def subscriptions(steps: CheckoutSteps, driver: WorkflowDriver) -> list[Subscription]:
    """The consumers of this domain."""

    async def confirm(event: Event) -> None:
        await steps.confirm(event.subject)

    async def payment_answered(event: Event) -> None:
        await driver.resume(event.subject)
        await steps.paid_late(event.subject)

    async def payment_failed(event: Event) -> None:
        await driver.resume(event.subject)

    return [
        Subscription("orders", frozenset({"OrderPaid"}), confirm),
        Subscription("orders", frozenset({"PaymentSucceeded"}), payment_answered),
        Subscription("orders", frozenset({"PaymentFailed"}), payment_failed),
    ]
