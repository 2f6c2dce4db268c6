"""What mails look like: one template for each kind and language, as HTML and as text.

A template says what is said, in blocks (a paragraph, a code, a button, rows) that ``blocks.html`` and
``blocks.txt`` draw; ``layout.html`` and ``layout.txt`` are what all mails share. Styles are inline: many mail
programs know no others.
"""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_currency

from cartwheel.kernel.money import to_major

if TYPE_CHECKING:
    from jinja2 import Environment, Template

LANGUAGES = ("en", "de")
"""What mails are written in; each is a folder of templates."""

TIMES = "×"  # noqa: RUF001 - as on every bill

_WIDTH = 76
_GAPS = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is read. ``language`` is one of ``LANGUAGES``."""

    subject: str
    html: str
    text: str
    language: str


def language_of(locale: str, otherwise: str = "en") -> str:
    """The language in which somebody of that locale is written to."""
    for candidate in (locale, otherwise):
        language = re.split("[-_]", candidate)[0].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def money(amount: int, currency: str, locale: str) -> str:
    """Minor units as text in the language of a mail to that locale, in the locale's own way if it fits."""
    return _formatted(amount, currency, _known(locale))


@lru_cache(maxsize=4096)  # a tenth of a millisecond each, and prices repeat
def _formatted(amount: int, currency: str, locale: str) -> str:
    return format_currency(to_major(amount, currency), currency, locale=locale)


@lru_cache(maxsize=256)
def _known(locale: str) -> str:
    language = language_of(locale)
    try:
        known = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return language
    return str(known) if known.language == language else language


def wrapped(text: str, indent: str = "") -> str:
    """A paragraph in lines that every mail program shows whole; addresses are never broken."""
    return textwrap.fill(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


class Letters:
    """``brand`` is what every template sees: the shop's name and address.

    ``locale`` is the shop's own; samples are in its ``currency``.
    """

    def __init__(self, brand: Mapping[str, str], locale: str = "en", currency: str = "USD") -> None:
        self.brand = dict(brand)
        self.currency = currency
        self.locale = locale
        self._html = _environment("html", tuple(self.brand.items()))
        self._text = _environment("txt", tuple(self.brand.items()))

    def language(self, locale: str | None) -> str:
        """The language for that locale, else the shop's own."""
        return language_of(locale or self.locale, self.locale)

    def write(
        self, kind: str, context: Mapping[str, Any], locale: str | None, unsubscribe: str | None = None
    ) -> Letter:
        """A mail of that kind. ``unsubscribe`` is the page for those who want no more of them."""
        language = self.language(locale)
        name = f"{language}/{kind}.jinja"
        told = {**context, "language": language, "unsubscribe": unsubscribe}
        text = self._text.get_template(name)
        whole = _GAPS.sub("\n\n", text.render(told, **_words(self._text, language, "txt")))
        subject = "".join(text.blocks["subject"](text.new_context(told)))
        html = self._html.get_template(name).render(told, **_words(self._html, language, "html"))
        return Letter(" ".join(subject.split()), html, f"{whole.strip()}\n", language)


@lru_cache(maxsize=16)  # templates take long to compile, and all shops of a test run look alike
def _environment(suffix: str, brand: tuple[tuple[str, str], ...]) -> "Environment":
    # takes a while, which processes that write no mails need not wait for
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    made = Environment(
        loader=PackageLoader("cartwheel.notifications"),
        autoescape=suffix == "html",  # noqa: S701 - the other one writes plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # whether a file has changed takes as long to find out as to write the mail
    )
    made.filters["wrapped"] = wrapped
    made.globals["brand"] = dict(brand)
    blocks: Any = made.get_template(f"blocks.{suffix}").module
    for name in ("p", "b", "quote", "code_box", "button", "rows"):
        made.globals[name] = getattr(blocks, name)
    return made


def _words(environment: "Environment", language: str, suffix: str) -> dict[str, Any]:
    words: Template = environment.get_template(f"{language}/words.jinja")
    return {"words": words.module, "layout": environment.get_template(f"layout.{suffix}")}
