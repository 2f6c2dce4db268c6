"""Checkout: the workflow that turns a cart into a paid order, and undoes itself when it cannot."""

from cartwheel.checkout.model import Placement
from cartwheel.checkout.service import Checkout
from cartwheel.checkout.steps import CheckoutSteps
from cartwheel.checkout.tables import TABLES
from cartwheel.checkout.workflow import WORKFLOW, WorkflowDriver

__all__ = ["TABLES", "WORKFLOW", "Checkout", "CheckoutSteps", "Placement", "WorkflowDriver"]
