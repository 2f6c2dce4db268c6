"""What every test gets; each plugin explains itself."""

import structlog
from hypothesis import settings

pytest_plugins = [
    "tests.plugins.async_tests",
    "tests.plugins.closed_sockets",
    "tests.plugins.commands",
    "tests.plugins.engines",
    "tests.plugins.garbage",
    "tests.plugins.sharing",
    "tests.plugins.signing_keys",
]

# No deadline per example: a busy machine is not a bug, and code that holds the event loop fails by itself.
settings.register_profile("cartwheel", deadline=None)
settings.load_profile("cartwheel")

# Where no test sets logs up, structlog's own pretty tracebacks would take long enough to hold the event loop.
structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback
