"""Who is to be forgotten: the keys one customer is known by, and their digests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rivage.duck import literal
from rivage.errors import PersonUnclear
from rivage.landing.personal import hashed
from rivage.streams.model import PersonKey, Stream

GID = "gid://shopify/Customer/"
RANKS = {"email": 0, "customer": 0, "order": 1, "browser": 2}
"""Rows found by a key of one rank teach keys of the same rank and of later ones only: an
order leads to its browser, but not from a shared browser to somebody else's order."""

Keys = dict[str, frozenset[str]]
"""Kind -> values, as landed."""


@dataclass(frozen=True)
class Person:
    """One customer. `keys` are in clear as far as landing has them: never write them down."""

    digest: str
    keys: Keys


def person_of(customer: str, salt: str) -> Person:
    """A customer by e-mail address, by a shop's customer id, or by that id's number.

    Raises:
        PersonUnclear: the text is none of these.
    """
    text = customer.strip()
    if re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", text):
        return Person(digest("email", hashed(text, salt), salt), _email(text, salt))
    number = text.removeprefix(GID)
    if re.fullmatch(r"\d{3,}", number):
        return Person(digest("customer", number, salt), {"customer": customer_forms(number, salt)})
    raise PersonUnclear("That is neither an e-mail address nor a customer id of the shop.")


def _email(text: str, salt: str) -> Keys:
    return {"email": frozenset({hashed(text, salt)})}


def customer_forms(value: str, salt: str) -> frozenset[str]:
    """All forms of a customer id that a source may have sent: global id, number, hashes."""
    number = value.removeprefix(GID)
    if not number.isdigit():
        return frozenset({value})
    plain = {number, f"{GID}{number}"}
    return frozenset(plain | {hashed(form, salt) for form in plain})


def usable(kind: str, values: Iterable[str | None], salt: str) -> frozenset[str]:
    """Learnt values that name somebody; a placeholder such as "(not set)" or the hash of an
    empty address is shared by many."""
    nobody = {hashed(text, salt) for text in ("", "null", "none", "undefined", "0", "guest")}
    found = {
        value for value in values
        if value and value not in nobody and re.search(r"[1-9]", value)
    }  # fmt: skip
    if kind == "customer":
        return frozenset(form for value in found for form in customer_forms(value, salt))
    return frozenset(found)


def digest(kind: str, value: str, salt: str) -> str:
    """What a tombstone keeps of a key: useless without the salt."""
    return hashlib.sha256((_prefix(kind, salt) + value).encode()).hexdigest()


def digests(keys: Keys, salt: str) -> Keys:
    """Every key by its digest."""
    return {kind: frozenset(digest(kind, v, salt) for v in values) for kind, values in keys.items()}


def merged(one: Keys, two: Keys) -> Keys:
    """The keys of both."""
    return {
        kind: one.get(kind, frozenset()) | two.get(kind, frozenset())
        for kind in sorted({*one, *two})
    }


def found_sql(stream: Stream, salt: str, up_to: int = max(RANKS.values())) -> str:
    """SQL condition over the stream's columns: the row is a person's of table `forgotten`.

    Args:
        up_to: the last rank of keys that count.
    """
    parts = [_matches(key, salt) for key in stream.person if key.finds and RANKS[key.kind] <= up_to]
    return (
        f"coalesce({' or '.join(f'coalesce({part}, false)' for part in parts) or 'false'}, false)"
    )


def _matches(key: PersonKey, salt: str) -> str:
    wanted = f"(select coalesce(list(digest), []) from forgotten where kind = '{key.kind}')"
    prefix = literal(_prefix(key.kind, salt))
    if key.many:
        each = f"[sha256({prefix} || value) for value in ({key.sql}) if value is not null]"
        return f"list_has_any({each}, {wanted})"
    return f"list_contains({wanted}, sha256({prefix} || ({key.sql})))"


def _prefix(kind: str, salt: str) -> str:
    """Stands in SQL text, so not the salt itself: a failing query quotes its text."""
    return hashlib.sha256(f"{salt}|forgotten|{kind}".encode()).hexdigest()
