"""Free text keeps its words and loses what names somebody."""

from __future__ import annotations

import pytest

from rivage.landing.personal import hashed, masked, scrub
from rivage.streams.model import Personal


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("@clara.m_001 regarde ça", "@*** regarde ça"),
        ("merci @Lou!", "merci @***!"),
        ("écris à lea.b@mail.example stp", "écris à *** stp"),
        ("appelle le 06 12 34 56 78", "appelle le ***"),
        ("+33 6-12-34-56-78 ce soir", "*** ce soir"),
        ("https://t.example/@fan_1/video/7541141200739841327", None),
        ("commande 10245, 30 ml à 42 €", "commande 10245, 30 ml à 42 €"),
        ("", ""),
    ],
)
def test_what_names_somebody_is_masked_and_the_rest_stays(text: str, kept: str | None) -> None:
    # An id of a post is longer than any phone number and stays readable.
    assert masked(text) == (kept or text.replace("fan_1", "***"))


def test_every_element_of_a_list_is_replaced_and_null_stays_null() -> None:
    record = {"handles": ["Lea ", None], "texts": ["@a", "b"], "gone": ["x"]}
    rules = (Personal("handles", "hash"), Personal("texts", "mask"), Personal("gone", "drop"))
    assert scrub(record, rules, "salt") == {
        "handles": [hashed("lea", "salt"), None],
        "texts": ["@***", "b"],
    }
