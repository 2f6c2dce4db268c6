"""What a process tells of its work: how long things take, how often they happen, what belongs together.

Code says that it does something (``timed``), that something has happened (``count``) and what can be looked
at (``gauge``). Sinks hear of it: metrics here, traces there. Where there is none, nothing is done.

Labels have few different values. What only a trace tells is an attribute: an order's id, the names of tables.
Neither ever holds anything personal: no address, no token, no amount.
"""

from collections.abc import Callable, Mapping
from time import perf_counter
from types import TracebackType

from cartwheel.kernel.errors import CartwheelError, Unavailable

Labels = Mapping[str, str]

OK, REFUSED, ERROR = "ok", "refused", "error"
"""How work ends. What is refused (a declined card, goods that are gone) is no failure of the shop."""


class Sink:
    """Hears what is done, here without doing anything about it. Never raises, and never waits."""

    def begin(self, work: "timed") -> object:  # noqa: ARG002 - for those who do something
        """Something begins; what is answered is handed to ``end``."""
        return None

    def end(self, work: "timed", begun: object) -> None:
        """It has ended: ``work`` has its outcome and its seconds."""

    def count(self, name: str, labels: Labels, number: int) -> None:
        """Something has happened so often."""

    def traceparent(self) -> str:
        """Where in which trace the caller is, as W3C Trace Context writes it; empty without traces."""
        return ""


_sinks: tuple[Sink, ...] = ()
_gauges: dict[tuple[str, tuple[tuple[str, str], ...]], Callable[[], float]] = {}


def install(*sinks: Sink) -> None:
    """Has these sinks, and no others, hear what this process does."""
    global _sinks
    _sinks = sinks


class timed:  # noqa: N801 - used like contextlib's
    """``with timed("mail", {"template": name}):`` tells how long it took, and whether it failed.

    ``outcome`` may be set inside; else it is one of those above, by what is raised. ``labels`` and
    ``attributes`` may be added to inside. ``parent`` is the ``traceparent`` of what led to it, where that
    was elsewhere.
    """

    __slots__ = ("_began", "_begun", "attributes", "kind", "labels", "outcome", "parent", "seconds")

    def __init__(
        self, kind: str, labels: Labels, attributes: Labels | None = None, parent: str | None = None
    ) -> None:
        self.kind = kind
        self.labels = labels
        self.attributes = attributes
        self.parent = parent
        self.outcome = ""
        self.seconds = 0.0

    def __enter__(self) -> "timed":
        self._begun = [(sink, sink.begin(self)) for sink in _sinks]
        self._began = perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = perf_counter() - self._began
        self.outcome = self.outcome or _outcome(error)
        for sink, begun in reversed(self._begun):
            sink.end(self, begun)


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return OK
    refused = isinstance(error, CartwheelError) and not isinstance(error, Unavailable)
    return REFUSED if refused else ERROR


def count(name: str, labels: Labels, number: int = 1) -> None:
    """Something has happened ``number`` times."""
    for sink in _sinks:
        sink.count(name, labels, number)


def traceparent() -> str:
    """Where in which trace the caller is; empty where nothing is traced."""
    return next((told for sink in _sinks if (told := sink.traceparent())), "")


def gauge(name: str, labels: Labels, read: Callable[[], float]) -> None:
    """Lets ``name`` be read whenever somebody looks. The latest of a name and labels stands."""
    _gauges[name, tuple(sorted(labels.items()))] = read


def gauges() -> list[tuple[str, dict[str, str], float]]:
    """What can be looked at, as it is now."""
    return [(name, dict(labels), read()) for (name, labels), read in _gauges.items()]
