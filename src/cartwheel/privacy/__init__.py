"""What is known of a person: handed out whole, and forgotten everywhere when the account goes."""

from cartwheel.privacy.service import Privacy

__all__ = ["Privacy"]
