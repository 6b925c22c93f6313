"""Web addresses keep their shape and lose what names a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivage.landing.personal import hashed, scrub
from rivage.landing.urls import without_people
from rivage.streams.model import Personal

PERSON = hashed("a.b@c.example", "s")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("/p?email=a.b%40c.example&utm_id=1", f"/p?email={PERSON}&utm_id=1"),
        ("https://x.example/?utm_id=1&Email=A.B@c.example", f"https://x.example/?utm_id=1&Email={PERSON}"),
        ("/p?q=a.b%40c.example", f"/p?q={PERSON}"),
        ("/unsubscribe/a.b@c.example/now", f"/unsubscribe/{PERSON}/now"),
        ("/p#user_id=a.b@c.example", f"/p#user_id={PERSON}"),
        ("/p?_kx=Abc.1&x=2", f"/p?_kx={hashed('Abc.1', 's')}&x=2"),
        ("/p?phone=%2B33612345678", f"/p?phone={hashed('+33612345678', 's')}"),
        ("/p?customer_id=12", f"/p?customer_id={hashed('12', 's')}"),
        ("/p?email=&x=1", "/p?email=&x=1"),
    ],
)  # fmt: skip
def test_values_that_name_a_person_become_hashes(url: str, kept: str) -> None:
    assert without_people(url, "s") == kept


@pytest.mark.parametrize(
    "url",
    [
        "/p?utm_source=tiktok&utm_campaign=FR%20%7C%20Test&utm_id=18&utm_content=__CID__&ttclid=E.1",
        "/p?campaign_name=x&gclid=EAI&fbclid=1",
        "https://www.tiktok.com/@handle.of.brand/video/7",
        "",
        "(not set)",
    ],
)
def test_tags_and_click_ids_stay_as_they_are(url: str) -> None:
    assert without_people(url, "s") == url


@given(st.text(alphabet="abc@.%40?&=#/é", max_size=40))
def test_any_text_is_read_and_twice_is_as_once(text: str) -> None:
    once = without_people(text, "s")
    assert "a@b.c" not in once
    assert isinstance(once, str)


def test_missing_values_are_nobody() -> None:
    record = {"user": False, "other": "-", "empty": "", "page": None}
    fields = (Personal("user", "hash"), Personal("other", "hash"), Personal("empty", "hash"),
              Personal("page", "url"))  # fmt: skip
    assert set(scrub(record, fields, "s").values()) == {None}
