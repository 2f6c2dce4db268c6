"""What every test gets; each plugin explains itself."""

from hypothesis import settings

pytest_plugins = [
    "tests.plugins.async_tests",
    "tests.plugins.closed_sockets",
    "tests.plugins.commands",
    "tests.plugins.engines",
    "tests.plugins.garbage",
    "tests.plugins.signing_keys",
]

# No deadline per example: a busy machine is not a bug, and code that holds the event loop fails by itself.
settings.register_profile("cartwheel", deadline=None)
settings.load_profile("cartwheel")
