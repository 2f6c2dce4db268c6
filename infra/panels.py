"""What an operator looks at: Grafana's dashboard and CloudWatch's are both made from this list.

It knows neither of them: ``scripts.render_dashboards`` writes the one, ``infra.constructs.dashboard`` makes
the other. A panel without ``queries`` is about what only AWS has, such as functions; one without ``kept`` is
about what only the shop itself knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """A metric that AWS keeps: of which part, its name there, and the statistic.

    ``label`` is what its line is called beside the part's own name; ``right`` puts it on the other axis.
    """

    of: str
    name: str
    statistic: str
    label: str = ""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A graph. ``unit`` is Grafana's name of it; CloudWatch knows its metrics' own.

    ``queries`` are in PromQL, each with the name of its lines.
    """

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...] = ()
    kept: tuple[Kept, ...] = ()


def rate(metric: str, by: str, only: str = "") -> str:
    """How many a second, within five minutes."""
    return f"sum by ({by}) (rate({metric}{only}[5m]))"


def quantile(share: float, histogram: str, by: str) -> str:
    """What that share of the histogram's values is below, within five minutes."""
    return f"histogram_quantile({share}, {rate(f'{histogram}_bucket', f'le, {by}')})"


PANELS: Sequence[Panel] = (
    Panel(
        "Requests",
        "reqps",
        (
            (rate("cartwheel_http_seconds_count", "route"), "{{route}}"),
            ("sum(rate(cartwheel_response_cache_hits[5m]))", "from the cache"),
        ),
        (Kept("api", "Count", "Sum"), Kept("balancer", "RequestCount", "Sum")),
    ),
    Panel(
        "Refused and failed",
        "reqps",
        (
            ('sum(rate(cartwheel_http_seconds_count{status=~"4.."}[5m]))', "refused"),
            (rate("cartwheel_http_seconds_count", "route", '{status=~"5.."}'), "failed, {{route}}"),
        ),
        (
            Kept("api", "4XXError", "Sum", "refused"),
            Kept("api", "5XXError", "Sum", "failed"),
            Kept("api", "5XXError", "Average", "failed, share", right=True),
            Kept("balancer", "HTTPCode_Target_4XX_Count", "Sum", "refused"),
            Kept("balancer", "HTTPCode_Target_5XX_Count", "Sum", "failed"),
        ),
    ),
    Panel(
        "Latency",
        "s",
        ((quantile(0.95, "cartwheel_http_seconds", "route"), "p95, {{route}}"),),
        (
            *(Kept("api", "Latency", one, one) for one in ("p50", "p95", "p99")),
            Kept("api", "IntegrationLatency", "p95", "p95, functions alone"),
            *(Kept("balancer", "TargetResponseTime", one, one) for one in ("p50", "p95", "p99")),
        ),
    ),
    Panel("Requests in flight", "short", (("sum(cartwheel_http_requests_in_flight)", "in flight"),)),
    Panel(
        "Orders",
        "short",
        (
            (
                'sum by (type) (increase(cartwheel_events_total{type=~"Order(Placed|Failed)"}[1h]))',
                "{{type}} within an hour",
            ),
        ),
        (
            Kept("checkout", "ExecutionsStarted", "Sum", "started"),
            Kept("checkout", "ExecutionsSucceeded", "Sum", "succeeded"),
            Kept("checkout", "ExecutionsFailed", "Sum", "failed"),
            Kept("checkout", "ExecutionsTimedOut", "Sum", "timed out"),
            Kept("checkout", "ExecutionTime", "Average", "time", right=True),
        ),
    ),
    Panel(
        "Payments",
        "reqps",
        ((rate("cartwheel_payment_seconds_count", "operation, outcome"), "{{operation}} {{outcome}}"),),
    ),
    Panel(
        "Steps of the checkout, p95",
        "s",
        ((quantile(0.95, "cartwheel_step_seconds", "step"), "{{step}}"),),
    ),
    Panel(
        "Messages that wait",
        "short",
        (("max by (queue) (cartwheel_queue_depth)", "{{queue}}"),),
        (Kept("queues", "ApproximateNumberOfMessagesVisible", "Maximum"),),
    ),
    Panel(
        "Age of what waits",
        "s",
        (
            ("max by (queue) (cartwheel_queue_oldest_seconds)", "{{queue}}"),
            ("max(cartwheel_outbox_lag_seconds)", "outbox"),
        ),
        (
            Kept("queues", "ApproximateAgeOfOldestMessage", "Maximum"),
            Kept("relay", "IteratorAge", "Maximum", "outbox", right=True),
        ),
    ),
    Panel(
        "Failed messages",
        "reqps",
        ((rate("cartwheel_event_seconds_count", "queue, type", '{outcome="error"}'), "{{queue}} {{type}}"),),
    ),
    Panel(
        "Messages given up", "short", kept=(Kept("dead", "ApproximateNumberOfMessagesVisible", "Maximum"),)
    ),
    Panel(
        "Storage calls",
        "ops",
        ((rate("cartwheel_storage_seconds_count", "operation, outcome"), "{{operation}} {{outcome}}"),),
        (
            Kept("tables", "ConsumedReadCapacityUnits", "Sum"),
            Kept("tables", "ConsumedWriteCapacityUnits", "Sum"),
        ),
    ),
    Panel(
        "Duration of storage calls, p95",
        "s",
        ((quantile(0.95, "cartwheel_storage_seconds", "engine, operation"), "{{engine}} {{operation}}"),),
    ),
    Panel(
        "Tables: throttles and errors",
        "short",
        kept=tuple(
            Kept("tables", name, "Sum") for name in ("ThrottledRequests", "SystemErrors", "UserErrors")
        ),
    ),
    Panel(
        "Database connections",
        "short",
        (
            ("sum by (instance) (cartwheel_sql_connections_in_use)", "in use, {{instance}}"),
            ("sum by (instance) (cartwheel_sql_connections_waited_for)", "waited for, {{instance}}"),
        ),
        (Kept("database", "DatabaseConnections", "Maximum"),),
    ),
    Panel(
        "Database: processors, percent, and seconds that the replica is behind",
        "short",
        kept=(
            Kept("database", "CPUUtilization", "Average"),
            Kept("replica", "ReplicaLag", "Maximum", "behind", right=True),
        ),
    ),
    Panel(
        "Event loop, worst lag",
        "s",
        (("max by (instance) (cartwheel_event_loop_lag_seconds)", "{{instance}}"),),
    ),
    Panel(
        "Processors, percent",
        "percent",
        (("100 * sum by (instance) (rate(process_cpu_seconds_total[5m]))", "{{instance}}"),),
        (Kept("servers", "CPUUtilization", "Average"),),
    ),
    Panel("Servers that answer", "short", kept=(Kept("targets", "HealthyHostCount", "Minimum"),)),
    Panel("Functions: calls", "short", kept=(Kept("functions", "Invocations", "Sum"),)),
    Panel(
        "Functions: errors and throttles",
        "short",
        kept=(
            Kept("functions", "Errors", "Sum"),
            Kept("functions", "Throttles", "Sum", "throttled", right=True),
        ),
    ),
    Panel("Functions: duration, p95", "ms", kept=(Kept("functions", "Duration", "p95"),)),
    Panel("Functions at once", "short", kept=(Kept("functions", "ConcurrentExecutions", "Maximum"),)),
    Panel(
        "Mails and jobs that failed",
        "reqps",
        (
            (rate("cartwheel_mail_seconds_count", "template", '{outcome="error"}'), "{{template}}"),
            (rate("cartwheel_job_seconds_count", "job", '{outcome="error"}'), "{{job}}"),
        ),
    ),
)
