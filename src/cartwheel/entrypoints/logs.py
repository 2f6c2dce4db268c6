"""Logs: one JSON object a line on standard error, an event name plus keys; text for people at a terminal."""

import logging
import re
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_HEX = "[0-9A-Fa-f]{1,4}"
_V4 = r"\d{1,3}(?:\.\d{1,3}){3}"
_V6 = (  # in full or with `::`, either with one of version 4 at its end; a time of day is neither
    rf"(?:{_HEX}:){{7}}{_HEX}|(?:{_HEX}:){{6}}{_V4}"
    rf"|(?:{_HEX}(?::{_HEX}){{0,6}})?::(?:(?:{_HEX}:){{0,6}}(?:{_V4}|{_HEX}))?"
)

_PERSONAL = re.compile(
    r"""[^\s<>"'(),:;=]+@[^\s<>"'(),:;=]+"""  # an e-mail address
    r"|\bey[\w-]{8,}\.[\w-]+\.[\w-]+"  # a token
    r"|\btok_\w+"  # what a customer pays with
    rf"|(?<![\w:])(?=[0-9A-Fa-f]{{0,4}}:)(?:{_V6})(?!\w)"  # a network address
    rf"|\b{_V4}\b"
)
"""What other people's messages may quote: a mail server's refusal, a driver's error."""

HIDDEN = "[hidden]"


class StandardError:
    """Writes each line to what is standard error then: a test replaces it while it runs a command."""

    def msg(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = exception = msg


def hide(_: WrappedLogger, __: str, told: EventDict) -> EventDict:
    """Hides what looks personal or secret in any text: code does not log it, but errors may quote it."""
    return {name: _PERSONAL.sub(HIDDEN, v) if isinstance(v, str) else v for name, v in told.items()}


def configure(level: str, form: Literal["auto", "json", "text"] = "json") -> None:
    """Sets up logging for this process."""
    text = form == "text" or (form == "auto" and sys.stderr.isatty())
    renderer: Processor = structlog.processors.JSONRenderer()
    if text:  # plain tracebacks: the pretty ones show the values of variables
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hide,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=StandardError,
    )
