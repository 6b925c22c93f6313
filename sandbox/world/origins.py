"""Origins in the words of analytics tools: source, medium, tags, landing page, click id."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from sandbox.world import brand
from sandbox.world.draws import I64, U64, Bools, derived, uniform
from sandbox.world.plan import Plan
from sandbox.world.sessions import Sessions

LANDINGS = ("/", "/collections/visage", *(f"/products/{p.handle}" for p in brand.PRODUCTS))
FIRST_PRODUCT_PAGE = 2
_TTCLID_LOST = 0.04  # redirects that drop the query keep tags but lose the click id


@dataclass(frozen=True)
class Origin:
    """One origin; empty strings where a tag is absent."""

    source: str
    medium: str
    campaign: str = ""
    campaign_id: str = ""
    term: str = ""
    content: str = ""
    group: str = "Unassigned"
    tagged: bool = False  # came with UTM parameters
    referrer: str = ""
    query: str = ""  # tags as they stand in the landing URL


def pack(source: NDArray[Any], ad: NDArray[Any], sub: NDArray[Any], label: NDArray[Any]) -> I64:
    """One code per distinct origin."""
    wide = source.astype(np.int64)
    return np.asarray(((wide * 128 + ad + 1) * 8 + sub) * 64 + label + 1, dtype=np.int64)


class Origins:
    """Decodes origin codes, each once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.of = lru_cache(maxsize=8_192)(self._of)

    def _of(self, code: int) -> Origin:
        rest, label = divmod(code, 64)
        rest, sub = divmod(rest, 8)
        source, ad = divmod(rest, 128)
        return self._origin(source, ad - 1, sub, label - 1)

    def _origin(self, source: int, ad: int, sub: int, label: int) -> Origin:
        if source == brand.SRC_TIKTOK_TAGGED:
            accounts = self._plan.accounts
            item, name = accounts.ads[ad], self._plan.labels[label][1]
            ids = (accounts.campaigns[item.campaign].campaign_id,
                   accounts.adgroups[item.adgroup].adgroup_id, item.ad_id)  # fmt: skip
            return _tagged("tiktok", "paid_social", name, *ids, group="Paid Social")
        if source == brand.SRC_TIKTOK_MACRO:
            return _tagged("tiktok", "paid_social", "__CAMPAIGN_NAME__", "__CAMPAIGN_ID__",
                           "__AID__", "__CID__", group="Paid Social")  # fmt: skip
        if source == brand.SRC_TIKTOK_REFERRAL:
            return Origin("tiktok.com", "referral", group="Organic Social",
                          referrer="https://www.tiktok.com/")  # fmt: skip
        if source == brand.SRC_CREATOR:
            campaign = f"collab_{brand.CODES[sub].lower()}"
            return _tagged(brand.CREATOR_KEYS[sub], "influencer", campaign)
        if source == brand.SRC_GOOGLE:
            return Origin("google", "organic", group="Organic Search",
                          referrer="https://www.google.com/")  # fmt: skip
        if source == brand.SRC_GOOGLE_CPC:
            return _tagged("google", "cpc", brand.CPC_CAMPAIGNS[sub], group="Paid Search",
                           referrer="https://www.google.com/")  # fmt: skip
        if source == brand.SRC_EMAIL:
            return _tagged("klaviyo", "email", brand.EMAIL_CAMPAIGNS[sub], group="Email")
        if source == brand.SRC_INSTAGRAM:
            return _tagged("instagram", "social", "bio", group="Organic Social",
                           referrer="https://l.instagram.com/")  # fmt: skip
        if source == brand.SRC_REFERRAL:
            host = brand.BLOGS[sub]
            return Origin(host, "referral", group="Referral", referrer=f"https://{host}/")
        if source == brand.SRC_GATEWAY:
            return Origin(brand.GATEWAY_HOST, "referral", group="Referral",
                          referrer=f"https://{brand.GATEWAY_HOST}/")  # fmt: skip
        return Origin("(direct)", "(none)", group="Direct")


@cache
def origins_of(plan: Plan) -> Origins:
    """The decoder of a world."""
    return Origins(plan)


def _tagged(
    source: str,
    medium: str,
    campaign: str,
    campaign_id: str = "",
    term: str = "",
    content: str = "",
    group: str = "Unassigned",
    referrer: str = "",
) -> Origin:
    tags = {"utm_source": source, "utm_medium": medium, "utm_campaign": campaign,
            "utm_id": campaign_id, "utm_term": term, "utm_content": content}  # fmt: skip
    query = "&".join(f"{key}={quote(value, safe='_-.')}" for key, value in tags.items() if value)
    ids = (campaign_id, term, content)
    return Origin(source, medium, campaign, *ids, group, True, referrer, query)


def own_codes(plan: Plan, web: Sessions) -> I64:
    """Origin code of each visit as it arrived (not credited)."""
    touch = web.journeys.touch
    campaign = np.array([ad.campaign for ad in plan.accounts.ads] + [0])
    label = np.array(plan.day(web.journeys.day).campaign_label)[campaign[touch.ad]]
    shown = touch.source == brand.SRC_TIKTOK_TAGGED
    return pack(touch.source, np.where(shown, touch.ad, -1), touch.sub,
                np.where(shown, label, -1))  # fmt: skip


def credited_codes(web: Sessions) -> I64:
    """Origin code of each visit by last non-direct click."""
    visits = web.journeys
    shown = visits.credit_source == brand.SRC_TIKTOK_TAGGED
    return pack(visits.credit_source, np.where(shown, visits.credit_ad, -1), visits.credit_sub,
                np.where(shown, visits.credit_label, -1))  # fmt: skip


def first_codes(web: Sessions) -> I64:
    """Origin code of each cookie's first visit."""
    visits = web.journeys
    shown = visits.first_source == brand.SRC_TIKTOK_TAGGED
    return pack(visits.first_source, np.where(shown, visits.first_ad, -1), visits.first_sub,
                np.where(shown, visits.first_label, -1))  # fmt: skip


def landing_codes(key: U64, ad: NDArray[Any], product: NDArray[Any]) -> I64:
    """Index into LANDINGS: an ad opens its own product, others vary."""
    draw = uniform(key, "landing")
    free = np.where(draw < 0.3, 0, np.where(draw < 0.5, 1, FIRST_PRODUCT_PAGE + product))
    return np.where(ad >= 0, FIRST_PRODUCT_PAGE + ad % len(brand.PRODUCTS), free).astype(np.int64)


def has_ttclid(key: U64, channel: NDArray[Any]) -> Bools:
    """Whether the landing URL carries a click id."""
    return np.asarray(
        (channel == brand.TIKTOK_PAID) & (uniform(key, "ttclid lost") >= _TTCLID_LOST)
    )


def ttclid_words(key: U64) -> U64:
    """The word a click id is written from."""
    return derived(key, "ttclid")


def ttclid(word: int) -> str:
    """Click id of a word."""
    return f"E.C.P.{word:016x}"


def landing_url(origin: Origin, landing: int, click_word: int | None, host: str = "") -> str:
    """Full landing page, with tags and click id."""
    parts = [origin.query] if origin.query else []
    if click_word is not None:
        parts.append(f"ttclid={ttclid(click_word)}")
    query = f"?{'&'.join(parts)}" if parts else ""
    return f"{host}{LANDINGS[landing]}{query}"
