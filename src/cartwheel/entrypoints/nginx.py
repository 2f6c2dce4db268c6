"""A configuration of nginx that sends each path to its service, as a load balancer of AWS does.

Rendered from ``services.py`` and from the limits of the application, so that the two cannot differ.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from cartwheel.edge.guard import MAX_BODY
from cartwheel.entrypoints.asgi import LARGER
from cartwheel.entrypoints.services import ALL, AT_ROOT, PARTS, service_of

_TEMPLATE = Path(__file__).with_name("nginx.conf.template")

_ADDRESS = re.compile(r"[A-Za-z0-9._-]+:[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Proxy:
    """What a configuration is made for."""

    upstreams: Mapping[str, Sequence[str]]
    """By service, where its instances listen: ``host:port``. Every service needs one."""

    listen: int = 8080
    behind: Sequence[str] = ()
    """Networks of load balancers in front, which are believed when they say who is calling."""

    folder: str = "/tmp"  # noqa: S108 - a container's own, the only one that may be written to
    """Where nginx may write."""

    log: str = "/dev/stdout"


def parse_upstreams(arguments: Sequence[str]) -> dict[str, list[str]]:
    """``products=host:port,host:port`` and so on, for every service. Raises ``ValueError``."""
    upstreams: dict[str, list[str]] = {}
    for argument in arguments:
        names, _, addresses = argument.partition("=")
        for name in names.split(","):
            upstreams[name] = addresses.split(",")
    wrong = [one for addresses in upstreams.values() for one in addresses if not _ADDRESS.fullmatch(one)]
    if upstreams.keys() != ALL or wrong:
        raise ValueError(f"Name host:port of each of these services: {', '.join(sorted(ALL))}.")
    return upstreams


def render(proxy: Proxy) -> str:
    """The whole configuration."""
    template = Template(_TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(
        away=_problem("unavailable", "This part of the shop does not answer now."),
        behind="".join(f"    set_real_ip_from {network};\n" for network in proxy.behind),
        folder=proxy.folder,
        listen=proxy.listen,
        locations="\n".join(_locations()),
        log=proxy.log,
        max_body=MAX_BODY,
        too_large=_problem("too_large", "The request is too large."),
        upstreams="\n".join(_upstream(name, proxy.upstreams[name]) for name in sorted(proxy.upstreams)),
    )


def _upstream(name: str, addresses: Sequence[str]) -> str:
    servers = "".join(f"        server {one} max_fails=1 fail_timeout=2s;\n" for one in addresses)
    return f"    upstream {name} {{\n        zone {name} 64k;\n{servers}    }}\n"


def _locations() -> Iterator[str]:
    for prefix, limit in LARGER.items():
        larger = (f"client_max_body_size {limit};", "proxy_request_buffering off;")
        yield _location(f"^~ {prefix}", service_of(prefix), *larger)
    for service in sorted(ALL - {"desk"}):
        at_root = [part for part in PARTS[service] if part in AT_ROOT]
        below = [part for part in PARTS[service] if part not in AT_ROOT]
        yield _location(f"~ ^/api/({'|'.join(map(re.escape, below))})(/|$)", service)
        for part in at_root:
            yield _location(f"^~ /{part}/", service)
    yield _location("/", "desk")


def _location(path: str, service: str, *more: str) -> str:
    lines = [*more, f"proxy_pass http://{service};"]
    inside = "".join(f"            {line}\n" for line in lines)
    return f"        location {path} {{\n{inside}        }}\n"


def _problem(code: str, message: str) -> str:
    """What the API answers for an error (``edge/errors.py``)."""
    told = {"error": message, "code": code, "message": message, "requestId": "$passed_id"}
    return json.dumps(told, separators=(",", ":"))
