"""Mail over HTTP: what mails look like, who gets which, and the local mailbox."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from cartwheel.edge.caller import Admin, SignedIn
from cartwheel.edge.errors import documented
from cartwheel.edge.paging import DEFAULT_LIMIT, Cursor, Limit, next_link
from cartwheel.edge.routing import api_router
from cartwheel.notifications.kinds import KINDS
from cartwheel.notifications.model import Mail
from cartwheel.notifications.schemas import (
    KindOut,
    PreviewOut,
    SubscriptionOut,
    SuppressionOut,
    TopicsBody,
    TopicsOut,
)
from cartwheel.notifications.service import Notifications

KindName = Annotated[str, Path(alias="kind", min_length=1, max_length=64)]
AddressKey = Annotated[str, Path(alias="addressKey", min_length=1, max_length=64)]
Token = Annotated[str, Query(min_length=1, max_length=300, description="From the link in a mail.")]
Locale = Annotated[str | None, Query(min_length=2, max_length=20, examples=["de"])]

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
table{width:100%;border-collapse:collapse}td,th{text-align:left;padding:.5rem;border-bottom:1px solid #8884}
iframe{width:100%;height:40rem;border:1px solid #8884;border-radius:8px;background:#fff}
:root{color-scheme:light dark}"""
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Mailbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{style}</style><body>{body}</body></html>"""
_SHOWN = 100


def router(notifications: Notifications) -> APIRouter:
    """``/mail`` and ``/users/me/mail``."""
    routes = api_router("mail")
    _add_for_staff(routes, notifications)
    _add_for_readers(routes, notifications)
    return routes


def _add_for_staff(routes: APIRouter, notifications: Notifications) -> None:
    @routes.get("/mail/kinds", responses=documented(401, 403))
    async def list_mail_kinds(_: Admin) -> list[KindOut]:
        """Every kind of mail that the shop writes."""
        return [KindOut.of(kind) for kind in KINDS.values()]

    @routes.get("/mail/kinds/{kind}", responses=documented(401, 403, 404))
    async def preview_mail(kind: KindName, _: Admin, locale: Locale = None) -> PreviewOut:
        """A mail of that kind with sample data, in the language of a locale or the shop's own."""
        return PreviewOut.of(kind, notifications.preview(kind, locale))

    @routes.get("/mail/addresses", responses=documented(400, 401, 403))
    async def list_marked_addresses(
        request: Request,
        response: Response,
        _: Admin,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[SuppressionOut]:
        """Addresses that have bounced or complained, the latest first."""
        page = await notifications.suppressions(cursor, limit)
        next_link(request, response, page.next)
        return [SuppressionOut.of(mark) for mark in page.items]

    @routes.delete("/mail/addresses/{addressKey}", status_code=204, responses=documented(401, 403, 404))
    async def clear_marked_address(address_key: AddressKey, caller: Admin) -> None:
        """Takes the mark off an address: it gets mail again."""
        await notifications.clear(address_key, caller.user_id or "")


def _add_for_readers(routes: APIRouter, notifications: Notifications) -> None:
    @routes.get("/users/me/mail", responses=documented(401))
    async def get_mail_topics(caller: SignedIn) -> TopicsOut:
        """What the caller wants mails about."""
        return TopicsOut.of(await notifications.topics(caller.user_id or ""))

    @routes.patch("/users/me/mail", responses=documented(401))
    async def choose_mail_topics(body: TopicsBody, caller: SignedIn) -> TopicsOut:
        """Turns topics on and off. Mails that the caller's own doings need come all the same."""
        return TopicsOut.of(await notifications.choose(caller.user_id or "", body.chosen))

    @routes.get("/mail/subscription", responses=documented())
    async def get_subscription(token: Token) -> SubscriptionOut:
        """What the link in a mail would unsubscribe from. Changes nothing."""
        topic, wanted = await notifications.subscription(token)
        return SubscriptionOut(topic=topic, wanted=wanted)

    @routes.post("/mail/unsubscribe", responses=documented())
    async def unsubscribe(token: Token) -> SubscriptionOut:
        """Unsubscribes from what the link in a mail is about, by one click in a mail program (RFC 8058)."""
        return SubscriptionOut(topic=await notifications.unsubscribe(token), wanted=False)

    @routes.get("/mail/unsubscribe", include_in_schema=False)
    async def open_unsubscribe_page(token: Token) -> RedirectResponse:
        """The page that asks first: mail programs and their virus scanners open every link."""
        return RedirectResponse(notifications.page_of(token), 303)


def mailbox_router(notifications: Notifications) -> APIRouter:
    """``/mailbox``. Mounted outside production only: mails hold codes and links."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/mailbox", response_class=HTMLResponse)
    async def list_mails() -> str:
        """All mails, the newest first."""
        page = await notifications.mails(None, _SHOWN)
        rows = "".join(_row(mail) for mail in page.items) or "<tr><td>No mail yet.</td></tr>"
        head = "<tr><th>When</th><th>To</th><th>Subject</th><th>Status</th></tr>"
        return _PAGE.format(style=_STYLE, body=f"<main><h1>Mailbox</h1><table>{head}{rows}</table></main>")

    @routes.get("/mailbox/{mailId}", response_class=HTMLResponse)
    async def show_mail(mailId: Annotated[str, Path(max_length=80)]) -> HTMLResponse:  # noqa: N803
        """One mail, its HTML in a frame that may run nothing."""
        mail = await notifications.mail(mailId)
        if mail is None:
            return HTMLResponse(_PAGE.format(style=_STYLE, body="<h1>No such mail</h1>"), 404)
        frame = f'<iframe sandbox title="Mail" srcdoc="{escape(mail.html, quote=True)}"></iframe>'
        text = f"<h2>As text</h2><pre>{escape(mail.text)}</pre>"
        head = f"<h1>{escape(mail.subject)}</h1><p>To {escape(mail.to)}</p>"
        back = '<p><a href="/mailbox">All mails</a></p>'
        return HTMLResponse(_PAGE.format(style=_STYLE, body=f"<main>{back}{head}{frame}{text}</main>"))

    return routes


def _row(mail: Mail) -> str:
    when = mail.created_at.strftime("%Y-%m-%d %H:%M:%S")
    link = f'<a href="/mailbox/{mail.mail_id}">{escape(mail.subject)}</a>'
    return f"<tr><td>{when}</td><td>{escape(mail.to)}</td><td>{link}</td><td>{mail.status}</td></tr>"
