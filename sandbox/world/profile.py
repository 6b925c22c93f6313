"""The brand's TikTok account day by day: what its posts gain, what ads add, who follows.

Days are UTC days, counted from the epoch. A day's views are the posts' organic gains of that day
plus the views that Spark Ads bought, so profile and posts always agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sandbox.world import brand
from sandbox.world.content import BRAND, FIRST_POST_DAY, Content
from sandbox.world.draws import day_generator

DAY = 86_400
_FIRST_FOLLOWERS = 38_400


@dataclass(frozen=True)
class ProfileDay:
    """What happened on one UTC day."""

    organic_views: int
    paid_views: int
    viewers: int
    likes: int
    comments: int
    shares: int
    profile_views: int
    new_followers: int
    lost_followers: int
    followers: int  # at the end of the day
    bio_clicks: int
    email_clicks: int
    leads: int

    @property
    def views(self) -> int:
        """Organic and paid."""
        return self.organic_views + self.paid_views


class Profile:
    """The brand's account in one world."""

    def __init__(self, content: Content, seed: int, start: date) -> None:
        self._content, self._seed = content, seed
        self.first_day = _day_number(start) + FIRST_POST_DAY
        self._posts = [post for post in content.posts if post.kind == BRAND]
        self.day = lru_cache(maxsize=1_024)(self._day)

    def followers(self, epoch: int) -> int:
        """Followers at an instant."""
        today = epoch // DAY
        gained = sum(
            self._content.counters(post, epoch).new_followers
            - self._content.counters(post, today * DAY).new_followers
            for post in self._posts
            if post.published <= epoch
        )
        return self.day(today - 1).followers + gained

    def active_hours(self, number: int) -> list[int]:
        """Followers seen online in each UTC hour of a day."""
        weekend = date.fromordinal(number + _EPOCH).weekday() >= 5
        shape = brand.WEEKEND_HOURS if weekend else brand.WEEKDAY_HOURS
        followers = self.day(number).followers
        # The shape is in Paris time, two hours ahead for most of the world's days.
        return [int(followers * 0.5 * shape[(hour + 2) % 24] / max(shape)) for hour in range(24)]

    def _day(self, number: int) -> ProfileDay:
        if number < self.first_day:
            return ProfileDay(0, 0, 0, 0, 0, 0, 0, 0, 0, _FIRST_FOLLOWERS, 0, 0, 0)
        # The days before must be known first; one by one, so that no recursion gets deep.
        before = self._followers_before(number)
        first, end = number * DAY, (number + 1) * DAY
        live = [post for post in self._posts if post.published < end]
        was = [self._content.counters(post, first) for post in live]
        now = [self._content.counters(post, end) for post in live]

        def gained(name: str) -> int:
            return sum(getattr(b, name) - getattr(a, name) for a, b in zip(was, now, strict=True))

        paid = sum(
            self._content.paid_views(post, end) - self._content.paid_views(post, first)
            for post in live
        )
        draw = day_generator(self._seed, number, "profile")
        views = gained("views") + paid
        new = gained("new_followers") + int(draw.integers(14, 40))
        lost = int(draw.integers(6, 22))
        profile_views = int(views * 0.021) + int(draw.integers(20, 60))
        return ProfileDay(
            organic_views=gained("views"), paid_views=paid, viewers=int(views * 0.86),
            likes=gained("likes"), comments=gained("comments"), shares=gained("shares"),
            profile_views=profile_views, new_followers=new, lost_followers=lost,
            followers=before + new - lost, bio_clicks=int(profile_views * 0.11),
            email_clicks=int(draw.integers(0, 3)), leads=int(draw.integers(0, 2)),
        )  # fmt: skip

    def _followers_before(self, number: int) -> int:
        for earlier in range(max(self.first_day, number - 400), number - 1):
            self.day(earlier)
        return self.day(number - 1).followers


_EPOCH = date(1970, 1, 1).toordinal()


def _day_number(day: date) -> int:
    return day.toordinal() - _EPOCH
