"""What mails say and look like: every kind in every language, with nothing left out or made up."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import cartwheel.notifications
from cartwheel.notifications import KINDS, LANGUAGES, Letters
from cartwheel.notifications.rendering import Letter, language_of, money

LETTERS = Letters({"name": "Test Shop", "url": "http://shop.test"})
TEMPLATES = Path(cartwheel.notifications.__file__).parent / "templates"
EVERY = [(kind, language) for kind in KINDS for language in LANGUAGES]


def written(kind: str, language: str) -> Letter:
    known = KINDS[kind]
    link = "http://shop.test/unsubscribe?token=t" if known.topic else None
    return LETTERS.write(kind, known.sample(language, "EUR"), language, link)


class Balanced(HTMLParser):
    """Raises where tags do not match; collects what is said, and what attributes there are."""

    EMPTY = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.EMPTY:
            self.open.append(tag)
        self.said += f" {dict(attrs).get('href', '')} "

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_kind_and_nothing_else(language: str) -> None:
    found = {path.stem for path in (TEMPLATES / language).glob("*.jinja")}
    assert found == {*KINDS, "words"}


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_a_mail_is_whole(kind: str, language: str) -> None:
    letter = written(kind, language)
    assert letter.language == language
    assert letter.subject
    assert "\n" not in letter.subject
    assert "{" not in letter.subject + letter.text
    assert not re.search(r"\n\n\n|[ \t]+\n(?!-- )", letter.text.replace("\n-- \n", "\n"))
    html = Balanced()
    html.feed(letter.html)
    assert html.open == []
    assert "class" not in html.attributes, "styles are inline"
    assert "Test Shop" in html.said
    for part in letter.text.split("\n-- \n")[0].split():
        assert part.strip(">:") in html.said, f"{part!r} is in the text, and not in the HTML"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_translated(kind: str) -> None:
    texts = {language: written(kind, language) for language in LANGUAGES}
    assert len({letter.subject for letter in texts.values()}) == len(LANGUAGES)
    assert len({letter.text for letter in texts.values()}) == len(LANGUAGES)


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_only_optional_mails_can_be_turned_off(kind: str, language: str) -> None:
    letter = written(kind, language)
    optional = KINDS[kind].topic is not None
    assert ("/unsubscribe?token=t" in letter.text) is optional
    assert ("/unsubscribe?token=t" in letter.html) is optional


def test_what_people_write_is_text_and_nothing_else() -> None:
    evil = '<b onclick=x>{{ 7 * 7 }}</b>\n> & "quoted"'
    context = {"name": evil, "shopName": evil, "reason": evil}
    letter = LETTERS.write("vendor_declined", context, "en")
    assert "<b onclick" not in letter.html
    assert "&lt;b onclick=x&gt;{{ 7 * 7 }}&lt;/b&gt;" in letter.html
    assert "<b onclick=x>{{ 7 * 7 }}</b>" in letter.text, "text is not escaped"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de", "de"), ("de-AT", "de"), ("de_CH", "de"), ("DE", "de"), ("en-GB", "en"), ("fr", "en"), ("", "en")],
)
def test_the_language_follows_the_locale(locale: str, language: str) -> None:
    assert language_of(locale) == language
    assert language_of("fr", "de-AT") == "de", "else the shop's own"


def test_money_is_written_as_the_reader_writes_it() -> None:
    assert money(123_456, "EUR", "de").replace("\xa0", " ") == "1.234,56 €"
    assert money(123_456, "EUR", "de-AT").replace("\xa0", " ").startswith("€ 1")
    assert money(123_456, "USD", "en") == "$1,234.56"
    assert money(1234, "JPY", "en") == "¥1,234"
    assert money(100, "USD", "fr") == "$1.00", "in the language of the mail"
    assert money(100, "USD", "not a locale") == "$1.00"
