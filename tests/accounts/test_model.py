"""The rules about addresses, passwords and names."""

import pytest

from cartwheel.accounts.model import (
    GROUPS,
    InvalidEmail,
    InvalidProfile,
    WeakPassword,
    check_locale,
    check_password,
    clean_line,
    parse_email,
)
from cartwheel.accounts.sessions import device_name
from cartwheel.edge.caller import ADMINS, CUSTOMERS, VENDORS


@pytest.mark.parametrize(
    ("text", "address", "key"),
    [
        ("ada@example.com", "ada@example.com", "ada@example.com"),
        ("  Ada.Byron@Example.COM ", "Ada.Byron@example.com", "ada.byron@example.com"),
        ("ada@shop.test", "ada@shop.test", "ada@shop.test"),
        ("STRASSE@example.com", "STRASSE@example.com", "strasse@example.com"),
        ("straße@example.com", "straße@example.com", "strasse@example.com"),
        ("\ufb01@example.com", "\ufb01@example.com", "fi@example.com"),
        ("a\u030angstrom@example.com", "\u00e5ngstrom@example.com", "\u00e5ngstrom@example.com"),
    ],
)
def test_an_address_is_unique_however_it_is_written(text: str, address: str, key: str) -> None:
    assert parse_email(text) == (address, key)


@pytest.mark.parametrize(
    "text", ["", "ada", "ada@", "@example.com", "a b@example.com", "ada@x\0.com", "a" * 400]
)
def test_what_is_not_an_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmail):
        parse_email(text)


@pytest.mark.parametrize("password", ["Abcdefg1", "Ünïcödé٣", "Aa1" + "x" * 253])
def test_a_password_by_the_rules_is_fine(password: str) -> None:
    check_password(password)


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("Abcdef1", ["8 to 256 characters"]),
        ("Aa1" + "x" * 254, ["8 to 256 characters"]),
        ("abcdefg1", ["an upper case letter"]),
        ("ABCDEFG1", ["a lower case letter"]),
        ("Abcdefgh", ["a digit"]),
        ("", ["8 to 256 characters", "an upper case letter", "a lower case letter", "a digit"]),
    ],
)
def test_a_weak_password_is_told_what_it_misses(password: str, missing: list[str]) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_password(password)
    assert refused.value.details == {"missing": missing}


@pytest.mark.parametrize("locale", ["de", "pt-BR", "zh-Hant-TW", "es-419"])
def test_locales(locale: str) -> None:
    assert check_locale(locale) == locale


@pytest.mark.parametrize("locale", ["", "DE", "de_DE", "en-us", "en\n", "x" * 40])
def test_what_is_not_a_locale_is_refused(locale: str) -> None:
    with pytest.raises(InvalidProfile):
        check_locale(locale)


@pytest.mark.parametrize("text", ["Ada\nBcc: all@example.com", "A\0", "A\u2028B", "A\x7f"])
def test_a_name_cannot_smuggle_lines_into_a_mail(text: str) -> None:
    with pytest.raises(InvalidProfile):
        clean_line(text, "name")


def test_a_name_is_trimmed() -> None:
    assert clean_line("  Ada Lovelace ", "name") == "Ada Lovelace"


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (CHROME, "Chrome on Windows"),
        (f"{CHROME} Edg/140.0", "Edge on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("curl/8.9.1", "curl"),
        ("okhttp/4.12 Android", "okhttp on Android"),
        ("Mozilla/5.0 (Linux)", "Linux"),
        ("", "Unknown device"),
        ("<script>", "Unknown device"),
        ("x" * 5000, "x" * 40),
    ],
)
def test_devices_have_short_names(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


def test_the_groups_are_those_that_routes_ask_for() -> None:
    assert set(GROUPS) == {CUSTOMERS, VENDORS, ADMINS}
