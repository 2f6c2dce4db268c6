"""Has a process told of: metrics, and traces where the settings want them."""

from collections.abc import Callable

from cartwheel.kernel import telemetry
from cartwheel.settings import Settings


def observe(settings: Settings, *sinks: telemetry.Sink) -> Callable[[], None]:
    """Has ``sinks`` hear what this process does, and traces if they are wanted.

    Answers what is called at the end: it sends what was not sent yet.
    """
    if not settings.traces:
        telemetry.install(*sinks)
        return telemetry.install
    from cartwheel.entrypoints.tracing import Traces

    traces = Traces(settings.traces)
    telemetry.install(*sinks, traces)

    def finish() -> None:
        telemetry.install()
        traces.close()

    return finish
