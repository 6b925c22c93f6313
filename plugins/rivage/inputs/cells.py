"""What a cell may hold: pydantic types whose errors say what to write instead.

A blank cell is null before any of this. Values stay what they are in the file apart from
spaces around them; dates and numbers are typed only so that rules can compare them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from rivage.inputs.currencies import CURRENCIES
from rivage.inputs.geos import GEOS, code_of
from rivage.inputs.problems import write_one_of

LIST_SEPARATOR = ";"
"""Between the values of one cell; campaign names are full of the other candidates."""
_MAIL = re.compile(r"[^\s@;]+@[^\s@;]+\.[^\s@;]+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_EUROPEAN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::\d\d)?)?")


def wrong(what: str, instead: str) -> PydanticCustomError:
    """The error of one cell, in two halves: "is no date", "write 2026-09-17"."""
    return PydanticCustomError("cell", "{what}", {"what": what, "instead": instead})


def _text(value: str) -> str:
    if _MAIL.search(value):
        raise wrong("holds an e-mail address", "name a role, a team or a key, never a person")
    if len(value) > 500:
        raise wrong(f"has {len(value)} characters", "shorten it to at most 500")
    return value


def _day(value: str) -> date:
    try:
        if len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise wrong("is no date", f"write {_meant_day(value) or 'YYYY-MM-DD, for example 2026-09-17'}")


def _meant_day(value: str) -> str | None:
    """17/09/2026 -> 2026-09-17: day first, as the team's spreadsheets write it."""
    if match := _EUROPEAN.fullmatch(value.strip()):
        day, month, year = (int(part) for part in match.groups())
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return None
    return None


def _instant(value: str) -> datetime:
    if match := _INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}")
        except ValueError:
            pass
    meant = _meant_day(value.split(" ")[0])
    raise wrong("is no date or time", f"write {meant or '2026-09-17 or 2026-09-17 14:30'}")


def _month(value: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d\d", value):
            return date.fromisoformat(f"{value}-01")
    except ValueError:
        pass
    raise wrong("is no month", "write YYYY-MM, for example 2026-09")


def _number(value: str) -> Decimal:
    if _NUMBER.fullmatch(value):
        return Decimal(value)
    bare = re.sub(r"[\s\u00a0\u202f€$£%]", "", value)
    if bare.count(",") == 1 and "." not in bare:
        bare = bare.replace(",", ".")
    hint = bare if _NUMBER.fullmatch(bare) else "digits with a decimal point, for example 1200.50"
    raise wrong("is no number", f"write {hint}")


def _money(value: str) -> Decimal:
    amount = _number(value)
    if amount < 0:
        raise wrong("is below 0", f"write {-amount}, or 0 when nothing is paid")
    return amount


def _count(value: str) -> int:
    number = _number(value)
    if number < 0 or number != int(number):
        raise wrong("is no whole number", "write 0, 1, 2 and so on")
    return int(number)


def _fraction(value: str) -> Decimal:
    share = Decimal(-1) if value.endswith("%") else _number(value)
    if not 0 <= share <= 1:
        percent = _number(value.rstrip("% ")) if share < 0 or share > 1 else share
        good = f"{(percent / 100).normalize():f}" if 0 <= percent <= 100 else "0.15 for 15 %"
        raise wrong("is no fraction between 0 and 1", f"write {good}")
    return share


def _score(value: str) -> Decimal:
    score = _number(value)
    if not 0 <= score <= 100:
        raise wrong("is outside 0 to 100", "write a score from 0 (unfit) to 100 (ideal)")
    return score


def currency(value: str) -> str:
    if value not in CURRENCIES:
        hint = write_one_of(value, CURRENCIES, "write an ISO 4217 code, for example EUR")
        upper = f"write {value.upper()}" if value.upper() in CURRENCIES else hint
        raise wrong("is no currency", upper)
    return value


def _key(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", value):
        raise wrong("is no key", "use letters, digits, '-', '_' and '.', without spaces")
    return value


def _handle(value: str) -> str:
    bare = value.lstrip("@")
    if bare != value or not re.fullmatch(r"[A-Za-z0-9_.-]{2,40}", value):
        raise wrong("is no handle", "write it as in the profile's address, without @ and spaces")
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise wrong(f"is no regular expression ({error})", "correct the pattern") from None
    if re.search(r"\(\?[=!<]|\\[1-9]", value):  # DuckDB's engine has neither
        raise wrong("uses look-around or a back-reference", "write the pattern without it")
    return value


def _geo(value: str) -> str:
    if value not in GEOS:
        meant = code_of(value)
        named = f"did you mean {meant} ({GEOS[meant]})?" if meant else ""
        raise wrong("is no known place", named or "write an ISO code such as FR or FR-BRE")
    return value


def listed(check: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    """A cell with several values, separated by ; the error names the wrong one."""

    def each(value: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in value.split(LIST_SEPARATOR)]
        if "" in parts:
            raise wrong("has an empty part", "separate the values with a single ;")
        twice = sorted({part for part in parts if parts.count(part) > 1})
        if twice:
            raise wrong(f"names {twice[0]} twice", "write each value once")
        found = []
        for part in parts:
            try:
                found.append(check(part))
            except PydanticCustomError as error:
                context = error.context or {}
                what = (
                    context["what"] if len(parts) == 1 else f"has {part!r}, which {context['what']}"
                )
                raise wrong(what, context["instead"]) from None
        return tuple(found)

    return each


def one_of(*words: str) -> Callable[[str], str]:
    """The check of a cell that holds one of a few words."""

    def check(value: str) -> str:
        if value not in words:
            raise wrong("is not known", write_one_of(value, words))
        return value

    return check


Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[tuple[str, ...], BeforeValidator(listed(_text))]
Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Month = Annotated[date, BeforeValidator(_month)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Count = Annotated[int, BeforeValidator(_count)]
Money = Annotated[Decimal, BeforeValidator(_money)]
Fraction = Annotated[Decimal, BeforeValidator(_fraction)]
Score = Annotated[Decimal, BeforeValidator(_score)]
Currency = Annotated[str, BeforeValidator(currency)]
Key = Annotated[str, BeforeValidator(_key)]
Keys = Annotated[tuple[str, ...], BeforeValidator(listed(_key))]
Handle = Annotated[str, BeforeValidator(_handle)]
Pattern = Annotated[str, BeforeValidator(_pattern)]
Geos = Annotated[tuple[str, ...], BeforeValidator(listed(_geo))]
