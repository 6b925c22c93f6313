"""What buyers answer to "how did you hear of us": memory and habit, not truth."""

from __future__ import annotations

import numpy as np

from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.draws import uniform
from sandbox.world.orders import WEB, Orders

ANSWERED = 0.4  # share of web orders with an answer
OLD_KEY, KEY = "Comment nous avez-vous connus ?", "how_did_you_hear"
OLD_KEY_DAYS = 10  # the question had another key in the world's first days
ANSWERS = ("TikTok", "Une créatrice ou un créateur", "Instagram", "Google",
           "Un ami ou une amie", "E-mail", "Presse ou blog", "Autre")  # fmt: skip
# One row per group of causes, one share per answer; people forget ads and name what is famous.
_SHARES = {
    "tiktok": (0.52, 0.12, 0.08, 0.06, 0.12, 0.01, 0.02, 0.07),
    "creator": (0.30, 0.44, 0.08, 0.03, 0.09, 0.00, 0.01, 0.05),
    "search": (0.14, 0.04, 0.07, 0.46, 0.13, 0.02, 0.06, 0.08),
    "email": (0.12, 0.05, 0.08, 0.15, 0.16, 0.34, 0.02, 0.08),
    "instagram": (0.15, 0.08, 0.50, 0.05, 0.12, 0.01, 0.02, 0.07),
    "other": (0.18, 0.06, 0.09, 0.18, 0.27, 0.03, 0.09, 0.10),
}
_GROUPS = {
    brand.TIKTOK_PAID: "tiktok", brand.TIKTOK_ORGANIC: "tiktok", brand.CREATOR: "creator",
    brand.GOOGLE_ORGANIC: "search", brand.GOOGLE_CPC: "search", brand.EMAIL: "email",
    brand.INSTAGRAM: "instagram",
}  # fmt: skip
_SPELLINGS = ("tiktok", "Tik Tok", "sur TikTok !")


def survey_answer(box: Sandbox, orders: Orders, row: int) -> tuple[str, str] | None:
    """Attribute key and answer of an order; None when nobody answered."""
    key = orders.key[row : row + 1]
    if orders.source[row] != WEB or uniform(key, "survey")[0] >= ANSWERED:
        return None
    channel = int(orders.cause_channel[row])
    if channel < 0:  # nothing made them buy: they name how they remember coming
        web = box.world.sessions(orders.day)
        channel = int(web.journeys.touch.channel[orders.visit[row]])
    shares = np.cumsum(_SHARES[_GROUPS.get(channel, "other")])
    chosen = int(np.searchsorted(shares, uniform(key, "survey answer")[0] * shares[-1], "right"))
    answer = ANSWERS[chosen]
    spelling = uniform(key, "survey spelling")[0]
    if answer == "TikTok" and spelling < 0.15:  # the field also takes free text
        answer = _SPELLINGS[int(spelling / 0.05)]
    return (OLD_KEY if orders.day < OLD_KEY_DAYS else KEY), answer
