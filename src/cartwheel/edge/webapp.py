"""The built single page app over HTTP: its files, and a page for every address that is none.

A folder is read once, at the start: what a request asks for is looked up among its names, so no path can
lead out of it. Beside each file may lie ``.br`` and ``.gz``, made by the build, so that nothing is compressed
while it is asked for. Pages are ``index.html`` with a head of their own, for search engines and previews of
links. ``Guard`` around the application adds what every answer has; here is what pages need on top.
"""

import asyncio
import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from html import escape
from pathlib import Path
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import Unavailable

ASSETS = "/assets/"
"""Below it, names hold a hash of the content: what has been loaded once is never asked for again."""

PAGES = frozenset(
    {"", "products", "categories", "search", "sellers", "cart", "checkout", "orders", "account"}
    | {"vendor", "admin", "signin", "signup", "forgot", "reset", "unsubscribe"}
)
"""First parts of the addresses that the app has pages for. Others get the app too, with 404."""

PRIVATE = (
    "/cart",
    "/checkout",
    "/orders",
    "/account",
    "/vendor",
    "/admin",
    "/signin",
    "/signup",
    "/forgot",
    "/reset",
    "/unsubscribe",
)
"""Pages that no search engine should list."""

RESERVED = ("/api", "/.well-known", "/media", "/metrics", "/mailbox", "/sandbox")
"""Where the server answers itself: nothing of the app is ever shown there."""

MAX_PLACES = 50_000
"""Entries of one sitemap (sitemaps.org)."""

READ_AGAIN = timedelta(minutes=1)
"""How old an ``index.html`` from elsewhere gets: no deployment of pages tells the processes that show it."""

_AT_ONCE = 500
"""Entries of a sitemap that are sent together."""

POLICY: Mapping[str, Sequence[str]] = {
    "default-src": ("'self'",),
    "script-src": ("'self'",),
    # The dialog's scroll lock writes a style element. Styles cannot run anything.
    "style-src": ("'self'", "'unsafe-inline'"),
    # Vendors' pictures may lie anywhere.
    "img-src": ("'self'", "data:", "blob:", "https:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "object-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
}
_BEGIN, _END = "<!--head-->", "<!--/head-->"
_ENCODINGS = ((".br", "br"), (".gz", "gzip"))
_COMPRESSED = tuple(suffix for suffix, _ in _ENCODINGS)


@dataclass(frozen=True, slots=True)
class Head:
    """What search engines and link previews are told of a page. ``json_ld`` are schema.org objects."""

    title: str
    description: str = ""
    image: str = ""
    """An absolute address, or a path of this shop."""
    kind: str = "website"
    """The Open Graph type: ``website``, ``product``."""
    json_ld: Sequence[Mapping[str, Any]] = ()
    found: bool = True
    """``False`` for the page of a product that does not exist: it is shown, with 404."""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the sitemap: a path, and when what is there changed."""

    path: str
    changed: datetime | None = None


Describe = Callable[[str], Awaitable[Head | None]]
"""Tells the head of a path; ``None`` for pages that have nothing of their own to say."""

Places = Callable[[], AsyncIterator[Place]]
"""Every page worth finding."""

Read = Callable[[], Awaitable[str]]
"""Reads ``index.html``, wherever it lies. Raises ``Unavailable``."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages say of the whole shop. ``allowed`` adds origins to directives of the content policy."""

    name: str
    base_url: str
    allowed: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def address(self, path: str) -> str:
        """An absolute address."""
        return path if path.startswith(("https://", "http://")) else f"{self.base_url}{path}"


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    media_type: str
    etag: str
    encoded: Mapping[str, bytes]


def schema_org(kind: str, **told: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A schema.org object, without what is empty."""
    return {"@context": "https://schema.org", "@type": kind} | {name: it for name, it in told.items() if it}


def shortened(text: str) -> str:
    """As much of a text as search engines show of a description."""
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:159].rstrip()}…"


def webapp(folder: Path, site: Site, describe: Describe, places: Places) -> ASGIApp:
    """The app that lies in ``folder``. Raises ``FileNotFoundError`` where there is none.

    Made to stand behind the API's routes, for what none of them matches: ``app.router.default = webapp(…)``.
    """
    files, shell = _read(folder), _Shell((folder / "index.html").read_text(), site)

    async def built() -> _Shell:
        return shell

    return _WebApp(files, built, site, describe, places)


def heads(read: Read, clock: Clock, site: Site, describe: Describe, places: Places) -> ASGIApp:
    """The pages of an app whose files somebody else shows: heads, sitemap, ``robots.txt``."""
    return _WebApp({}, _Elsewhere(read, clock, site), site, describe, places)


class _WebApp:
    def __init__(
        self,
        files: Mapping[str, _File],
        shell: Callable[[], Awaitable["_Shell"]],
        site: Site,
        describe: Describe,
        places: Places,
    ) -> None:
        self._files = files
        self._shell = shell
        self._site = site
        self._describe = describe
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        response = await self._answer(scope)
        if scope["method"] == "HEAD":
            response = _without_body(response)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        path: str = scope["path"]
        if any(path == own or path.startswith(f"{own}/") for own in RESERVED):
            raise HTTPException(404)
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        headers = Headers(scope=scope)
        if path in self._files:
            return _file(self._files[path], path, headers)
        if path == "/robots.txt":
            return Response(_robots(self._site), media_type="text/plain", headers=_kept(3600))
        if path == "/sitemap.xml":
            return StreamingResponse(self._sitemap(), media_type="application/xml", headers=_kept(3600))
        if path.startswith(ASSETS):
            raise HTTPException(404)  # of an older build: a page in its place would be taken for a script
        return await self._page(path, headers)

    async def _page(self, path: str, headers: Headers) -> Response:
        head, shell = await self._describe(path), await self._shell()
        known = path.split("/")[1] in PAGES and (head is None or head.found)
        body = shell.page(path, head).encode()
        tag = _etag(body)
        sent = {**shell.headers, "Cache-Control": "no-cache", "ETag": tag}
        if known and _knows(headers, tag):
            return Response(status_code=304, headers=sent)
        return Response(body, 200 if known else 404, media_type="text/html", headers=sent)

    async def _sitemap(self) -> AsyncIterator[bytes]:
        yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
        yield b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        count, entries = 0, ""
        async for place in self._places():
            count += 1
            if count > MAX_PLACES:
                break
            entries += self._entry(place)
            if count % _AT_ONCE == 0:
                yield entries.encode()
                entries = ""
                await asyncio.sleep(0)  # places may come without any waiting: others have their turn
        yield entries.encode()
        yield b"</urlset>\n"

    def _entry(self, place: Place) -> str:
        changed = f"<lastmod>{place.changed.date().isoformat()}</lastmod>" if place.changed else ""
        return f"<url><loc>{escape(self._site.address(place.path))}</loc>{changed}</url>\n"


class _Shell:
    """``index.html``, cut where a page's own head goes."""

    def __init__(self, whole: str, site: Site) -> None:
        before, begin, rest = whole.partition(_BEGIN)
        usual, end, after = rest.partition(_END)
        if not begin or not end:
            raise ValueError(f"index.html has no place for a head ({_BEGIN} … {_END}).")
        self._before, self._usual, self._after = before, usual, after
        self._site = site
        self.headers = _page_headers(site)

    def page(self, path: str, head: Head | None) -> str:
        """The page of a path. ``head`` is text of vendors: everything in it is escaped."""
        tags = self._usual if head is None else self._tags(path, head)
        if path.startswith(PRIVATE):
            tags += '<meta name="robots" content="noindex" />'
        return f"{self._before}{tags}{self._after}"

    def _tags(self, path: str, head: Head) -> str:
        address = self._site.address(path)
        meta = {
            "og:site_name": self._site.name,
            "og:type": head.kind,
            "og:title": head.title,
            "og:description": head.description,
            "og:url": address,
            "og:image": self._site.address(head.image) if head.image else "",
        }
        card = "summary_large_image" if head.image else "summary"
        return "".join(
            [
                f"<title>{escape(head.title)}</title>",
                f'<meta name="description" content="{escape(head.description)}" />',
                f'<link rel="canonical" href="{escape(address)}" />',
                f'<meta name="twitter:card" content="{card}" />',
                *(
                    f'<meta property="{name}" content="{escape(value)}" />'
                    for name, value in meta.items()
                    if value
                ),
                *(f'<script type="application/ld+json">{_json(data)}</script>' for data in head.json_ld),
            ]
        )


class _Elsewhere:
    """``index.html`` from where others show it, read again when it is older than ``READ_AGAIN``.

    So for a moment after a deployment pages name the assets of the build before. These stay beside the new
    ones; and new ones are never named too early, because ``index.html`` comes last (``cloud.account``). A
    copy in the functions' own artefact would be deployed before the assets that it names.
    """

    def __init__(self, read: Read, clock: Clock, site: Site) -> None:
        self._read, self._clock, self._site = read, clock, site
        self._shell: _Shell | None = None
        self._until: datetime | None = None

    async def __call__(self) -> _Shell:
        now = self._clock()
        if self._shell is None or self._until is None or now >= self._until:
            try:
                self._shell = _Shell(await self._read(), self._site)
            except Unavailable:
                if self._shell is None:
                    raise
            self._until = now + READ_AGAIN
        return self._shell


def _read(folder: Path) -> dict[str, _File]:
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(
            f"There is no built app in {folder}: build it first (see docs/how-to/web.md)."
        )
    found: dict[str, _File] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        if not path.is_file() or hidden or path.suffix in _COMPRESSED or name.as_posix() == "index.html":
            continue
        body = path.read_bytes()
        encoded = {
            encoding: smaller.read_bytes()
            for suffix, encoding in _ENCODINGS
            if (smaller := path.with_name(path.name + suffix)).is_file()
        }
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        found[f"/{name.as_posix()}"] = _File(body, media_type, _etag(body), encoded)
    return found


def _file(file: _File, path: str, asked: Headers) -> Response:
    accepted = asked.get("accept-encoding", "")
    encoding = next((name for name in file.encoded if _accepts(accepted, name)), None)
    # The same file in another encoding is another representation.
    tag = file.etag if encoding is None else f'{file.etag[:-1]}-{encoding}"'
    headers = _kept(31_536_000, immutable=True) if path.startswith(ASSETS) else _kept(3600)
    headers["ETag"] = tag
    if file.encoded:
        headers["Vary"] = "Accept-Encoding"
    if _knows(asked, tag):
        return Response(status_code=304, headers=headers)
    if encoding is None:
        return Response(file.body, media_type=file.media_type, headers=headers)
    headers["Content-Encoding"] = encoding
    return Response(file.encoded[encoding], media_type=file.media_type, headers=headers)


def _accepts(header: str, encoding: str) -> bool:
    for part in header.split(","):
        name, _, quality = part.strip().partition(";")
        if name.strip() == encoding:
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _page_headers(site: Site) -> dict[str, str]:
    directives = [" ".join([name, *sources, *site.allowed.get(name, ())]) for name, sources in POLICY.items()]
    headers = {
        "Content-Security-Policy": "; ".join(directives),
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    }
    if site.base_url.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def _robots(site: Site) -> str:
    closed = [f"Disallow: {path}" for path in ("/api/", *PRIVATE)]
    return "\n".join(["User-agent: *", *closed, "", f"Sitemap: {site.address('/sitemap.xml')}", ""])


def _json(data: Mapping[str, Any]) -> str:
    """JSON that may stand in a script element: no ``<`` could end it, and no ``&`` could mean something."""
    text = orjson.dumps(data).decode()
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _kept(seconds: int, *, immutable: bool = False) -> dict[str, str]:
    return {"Cache-Control": f"public, max-age={seconds}{', immutable' if immutable else ''}"}


def _etag(body: bytes) -> str:
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def _knows(headers: Headers, tag: str) -> bool:
    """Whether the client has this already (``If-None-Match``, weak comparison)."""
    return tag in headers.get("if-none-match", "")


def _without_body(response: Response) -> Response:
    bare = Response(status_code=response.status_code)
    bare.raw_headers = response.raw_headers  # the length is that of the body that GET would get
    return bare
