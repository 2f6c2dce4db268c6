"""Logs: one JSON object a line on standard error, an event name plus keys."""

import logging
import sys

import structlog


class StandardError:
    """Writes each line to what is standard error then: a test replaces it while it runs a command."""

    def msg(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = exception = msg


def configure(level: str) -> None:
    """Sets up logging for this process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=StandardError,
        cache_logger_on_first_use=True,
    )
