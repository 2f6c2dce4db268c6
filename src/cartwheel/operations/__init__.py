"""What whoever runs the shop looks after: queues, jobs, the log of what the staff did, the system itself."""

from cartwheel.operations.model import Check, Part
from cartwheel.operations.service import Operations, System

__all__ = ["Check", "Operations", "Part", "System"]
