"""Findings show rows, never people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivage.audit.masks import BROKEN, shown, without_people

DIGITS = st.text("0123456789", min_size=1, max_size=3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wrote to lena.meyer+shop@example.co.uk", "wrote to ***"),
        ("seen by @lena.mrsc", "seen by @***"),
        ("call +33 6 12 34 56 78 now", "call *** now"),
        ("from 192.168.10.254", "from ***"),
        ("from 2001:db8:85a3:0:0:8a2e:370:7334", "from ***"),
        ("from fe80::1ff:fe23:4567:890a", "from ***"),
        ("AR | Retargeting panier, 06:30:15", "AR | Retargeting panier, 06:30:15"),
    ],
)
def test_addresses_numbers_and_handles_are_masked(text: str, expected: str) -> None:
    assert without_people(text) == expected


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("ad_id", "1840271310777201"),
        ("property_id", "417200311"),
        ("order_id", "gid://shopify/Order/5900000001986"),
        ("report_date", date(2026, 9, 30)),
        ("spend", Decimal("1234567890.1234")),
        (BROKEN, "sales = 123456789.0000"),
    ],
)
def test_what_a_row_is_found_by_stays_whole(column: str, value: object) -> None:
    assert shown(column, value) == str(value)


def test_an_id_that_is_an_address_is_masked_all_the_same() -> None:
    assert shown("customer_id", "lena@example.com") == "***"


@given(st.lists(DIGITS, min_size=4, max_size=4), st.text("abc xyz", max_size=9))
def test_no_ip_address_comes_through(parts: list[str], around: str) -> None:
    address = ".".join(parts)
    assert address not in without_people(f"{around} {address} {around}")


@given(st.text("abcdefghijklmnopqrstuvwxyz._-+", min_size=1, max_size=12),
       st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8))  # fmt: skip
def test_no_e_mail_address_comes_through(name: str, domain: str) -> None:
    assert domain not in without_people(f"from {name}@{domain}.com to us").replace("from", "")
