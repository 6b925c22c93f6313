"""What the brand, its creators and its fans post on TikTok, and the LIVE sessions.

A fixed plan per world: the same posts and sessions for everybody who asks, so that the organic,
shop, creator and ads dialects speak of the same videos. Counters are lifetime values at an instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sandbox.world import brand
from sandbox.world.config import WorldConfig
from sandbox.world.draws import day_generator, uniform, word
from sandbox.world.zones import midnight

BRAND, CREATOR, FAN = "brand", "creator", "fan"
BRAND_HANDLE = "atelier.rivage"
BRAND_OPEN_ID = "_000sandboxAtelierRivageOpenId01"
CHALLENGE = "DefiMareeHaute"
CHALLENGE_DAYS = (14, 27)  # world days, both included
FIRST_POST_DAY = -60
_HALF_LIFE = 2.2 * 86_400  # seconds until half of a post's views have come
_DAY = 86_400
_FOLLOWERS = (48_200, 21_400, 132_000, 9_800, 64_500)
_CAPTIONS = (
    "La routine du matin en 30 secondes 🌊", "On vous montre la texture du Sérum Marin",
    "Avant / après, 4 semaines, sans filtre", "Comment on récolte l'algue à marée basse",
    "3 erreurs avec une crème solaire minérale", "Préparation des commandes du lundi",
    "Vos questions : peau sensible et iode", "Unboxing du Coffret Marée Haute",
)  # fmt: skip
_CREATOR_CAPTIONS = (
    "Mon avis honnête sur @atelier.rivage, code dans la bio", "GRWM avec le Sérum Marin",
    "J'ai testé pendant 3 semaines", "Ma routine corps de l'été",
    "Cadeau ou pub ? Je vous dis tout",
)  # fmt: skip
_FAN_CAPTIONS = ("#DefiMareeHaute jour 1 !", "j'ai relevé le défi 🌊 #DefiMareeHaute",
                 "#DefiMareeHaute avec ma soeur", "routine du soir #DefiMareeHaute")  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A creator the brand works with; `code` is the position in `brand.CODES`."""

    creator_id: str
    handle: str
    name: str
    followers: int
    country: str
    code: int


@dataclass(frozen=True)
class Post:
    """One post. `author` is a creator position, -1 for the brand, -2 - n for fan n."""

    item_id: str
    kind: str
    author: int
    handle: str
    published: int  # epoch seconds
    caption: str
    hashtags: tuple[str, ...]
    seconds: float
    product: int  # position in brand.PRODUCTS
    final_views: int
    spark: bool  # also runs as an ad


@dataclass(frozen=True)
class Live:
    """One LIVE session of the brand's account."""

    room_id: str
    title: str
    day: int
    start: int  # epoch seconds
    end: int
    product: int
    strength: float  # web visits it adds over 48 h, as a share of a day's organic TikTok visits


@dataclass(frozen=True)
class Counters:
    """Lifetime totals of one post at an instant."""

    views: int
    reach: int
    likes: int
    comments: int
    shares: int
    favorites: int
    new_followers: int
    watched_seconds: float
    finished: float  # share of views that reach the end


def creators() -> tuple[Person, ...]:
    """The creators under contract, in the order of `brand.CREATORS`."""
    return tuple(
        Person(f"_000sandboxCreator{position:02d}OpenId", handle,
               handle.replace(".", " ").replace("_", " ").replace("-", " ").title(),
               _FOLLOWERS[position], "FR", position)
        for position, handle in enumerate(brand.CREATORS)
    )  # fmt: skip


class Content:
    """Posts and LIVE sessions of one world."""

    def __init__(self, config: WorldConfig) -> None:
        self._config = config
        self.creators = creators()
        self.posts = tuple(sorted(self._posts(), key=lambda post: post.published))
        self.lives = tuple(self._lives())
        self.counters = lru_cache(maxsize=4_096)(self._counters)

    def published(self, epoch: int, *kinds: str) -> tuple[Post, ...]:
        """Posts that exist at an instant, oldest first."""
        return tuple(
            post for post in self.posts
            if post.published <= epoch and (not kinds or post.kind in kinds)
        )  # fmt: skip

    def paid_views(self, post: Post, epoch: int) -> int:
        """Views that Spark Ads bought: they begin two days after the post and last for ten."""
        if not post.spark:
            return 0
        share = (epoch - post.published - 2 * _DAY) / (10 * _DAY)
        return int(post.final_views * 0.8 * min(max(share, 0.0), 1.0))

    def moment(self, post: Post, comments: int) -> int:
        """Epoch second at which a post gets its n-th comment; it must get that many."""
        before, after = post.published, post.published + 120 * _DAY
        while after - before > 1:
            middle = (before + after) // 2
            if self._counters(post, middle).comments >= comments:
                after = middle
            else:
                before = middle
        return after

    def _posts(self) -> list[Post]:
        found: list[Post] = []
        for day in range(FIRST_POST_DAY, self._config.days):
            draw = day_generator(self._config.seed, day, "posts")
            start = midnight(self._config.day(day))
            if draw.random() < 0.55:
                found.append(
                    self._post(BRAND, -1, day, 0, start + int(draw.integers(9, 21)) * 3600)
                )
            for position in range(len(self.creators)):
                if draw.random() < 0.07:
                    at = start + int(draw.integers(10, 22)) * 3600 + int(draw.integers(0, 3600))
                    found.append(self._post(CREATOR, position, day, position + 1, at))
            if CHALLENGE_DAYS[0] <= day <= CHALLENGE_DAYS[1]:
                for nth in range(int(draw.integers(2, 6))):
                    at = start + int(draw.integers(8, 23)) * 3600 + int(draw.integers(0, 3600))
                    found.append(self._post(FAN, -2 - nth, day, 10 + nth, at))
        return found

    def _post(self, kind: str, author: int, day: int, nth: int, at: int) -> Post:
        key = np.array([word("post", self._config.seed, day, nth)], dtype=np.uint64)

        def draw(topic: str) -> float:
            return float(uniform(key, topic)[0])

        if kind == CREATOR:
            handle, base = self.creators[author].handle, self.creators[author].followers * 0.6
            captions: tuple[str, ...] = _CREATOR_CAPTIONS
            tags: tuple[str, ...] = ("skincare", "collaboration")
        elif kind == FAN:
            handle, base = f"fan_{int(key[0]) % 100_000:05d}", 900.0
            captions, tags = _FAN_CAPTIONS, (CHALLENGE,)
        else:
            handle, base = BRAND_HANDLE, 9_000.0
            captions, tags = _CAPTIONS, ("skincare", "cosmetiquenaturelle")
            if CHALLENGE_DAYS[0] <= day <= CHALLENGE_DAYS[1]:
                tags = (*tags, CHALLENGE)
        views = int(
            base * np.exp(1.1 * (draw("views") * 2 - 1)) * (6 if draw("viral") > 0.96 else 1)
        )
        return Post(
            item_id=str(7_540_000_000_000_000_000 + (day + 100) * 10**13 + nth * 10**11
                        + int(key[0]) % 10**9),
            kind=kind, author=author, handle=handle, published=at,
            caption=captions[int(draw("caption") * len(captions))], hashtags=tags,
            seconds=round(9 + 40 * draw("length"), 3),
            product=int(draw("product") * len(brand.PRODUCTS)),
            final_views=max(views, 40), spark=kind != FAN and draw("spark") < 0.2,
        )  # fmt: skip

    def _lives(self) -> list[Live]:
        """Every Thursday 19:30-21:00 and every second Sunday 18:00-19:15, Paris time."""
        found = []
        for day in range(self._config.days):
            date = self._config.day(day)
            weekday, second = date.weekday(), day // 7 % 2 == 0
            if weekday == 3:
                hour, minutes = 19.5, 90
            elif weekday == 6 and second:
                hour, minutes = 18.0, 75
            else:
                continue
            start = midnight(date) + int(hour * 3_600)
            product = day % len(brand.PRODUCTS)
            found.append(
                Live(str(7_560_000_000_000_000_000 + day * 1_000_003_001), f"LIVE {date:%d/%m} : "
                     f"{brand.PRODUCTS[product].title}", day, start, start + minutes * 60, product,
                     0.9 if weekday == 3 else 0.6)
            )  # fmt: skip
        return found

    def _counters(self, post: Post, epoch: int) -> Counters:
        age = max(epoch - post.published, 0)
        views = int(post.final_views * (1 - 0.5 ** (age / _HALF_LIFE)))
        taste = (int(post.item_id) % 97) / 97
        likes = int(views * (0.035 + 0.05 * taste))
        watched = min(post.seconds, 3.5 + 9 * taste)
        return Counters(
            views=views, reach=int(views * 0.83), likes=likes, comments=int(likes * 0.045),
            shares=int(likes * 0.06), favorites=int(likes * 0.11),
            new_followers=int(views * 0.0016),
            watched_seconds=round(views * watched, 3), finished=round(0.04 + 0.25 * taste, 4),
        )  # fmt: skip
