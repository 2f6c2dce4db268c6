"""The local mailbox: every mail that the shop has written, for development and for the curious admin."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from cartwheel.notifications.model import Mail
from cartwheel.notifications.service import Notifications

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
table{width:100%;border-collapse:collapse}td,th{text-align:left;padding:.5rem;border-bottom:1px solid #8884}
iframe{width:100%;height:40rem;border:1px solid #8884;border-radius:8px;background:#fff}
:root{color-scheme:light dark}"""
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Mailbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{style}</style><body>{body}</body></html>"""
_SHOWN = 100


def router(notifications: Notifications) -> APIRouter:
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
