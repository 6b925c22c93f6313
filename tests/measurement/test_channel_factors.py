"""Factors of channels: golden numbers, fading trust, priors, and what is flagged."""

from __future__ import annotations

from datetime import date

import pytest

from rivage.measurement.bad_data import BadData
from rivage.measurement.calibration import Prior
from rivage.measurement.channel_factors import (
    DEFAULT,
    ChannelFactor,
    Finding,
    channel_factors,
    factor_from,
)
from rivage.measurement.evidence import Evidence
from rivage.measurement.experiment import Effect, Estimate

PRIORS = {DEFAULT: Prior(0.5, 0.25), "Direct": Prior(0.0, 0.05), "(unobserved)": None}
SEPTEMBER = date(2026, 9, 1), date(2026, 9, 30)
TEST = Finding("Ads", 1.5, 0.25, date(2026, 9, 17), date(2026, 9, 30), "channel")


def effect(value: float, sd: float | None) -> Effect:
    reach = None if sd is None else 1.959963985 * sd
    ends = (None, None) if reach is None else (value - reach, value + reach)
    none = Estimate(None, None, None)
    return Effect("did_relative", Estimate(value, *ends), none, 0.01, Evidence("B", (), None))


def only(tests: list[Finding], first: date, last: date, level: str = "channel") -> ChannelFactor:
    (found,) = channel_factors(["Ads"], PRIORS, tests, first, last, level=level)
    return found


def test_a_factor_is_what_was_brought_over_what_was_credited_because_of_it() -> None:
    # 60 / 40; the deviation is that of 60, 12 / 40, and that of 40, 1.5 x 4 / 40.
    factor, sd = factor_from(effect(60, 12), effect(40, 4)) or (0, 0)
    assert factor == pytest.approx(1.5)
    assert sd == pytest.approx((0.3**2 + 0.15**2) ** 0.5, rel=1e-6)


def test_withdrawn_spend_gives_the_same_factor() -> None:
    assert factor_from(effect(-60, 12), effect(-40, 4)) == pytest.approx(
        factor_from(effect(60, 12), effect(40, 4))
    )


@pytest.mark.parametrize("credited", [effect(40, 30), effect(40, None), effect(0, 1)])
def test_credits_that_may_not_have_moved_give_no_factor(credited: Effect) -> None:
    assert factor_from(effect(60, 12), credited) is None


def test_test_and_prior_weigh_by_their_precision() -> None:
    # Equal deviations: the middle of 0.5 and 1.5, and 0.25 / sqrt(2).
    found = only([TEST], *SEPTEMBER)
    assert (found.factor, found.prior_weight) == pytest.approx((1.0, 0.5))
    assert found.factor_high == pytest.approx(1.0 + 1.959964 * 0.25 / 2**0.5, rel=1e-6)
    assert (found.tests, found.tested_level, found.is_below_test) == (1, "channel", False)


@pytest.mark.parametrize(
    "month", [(date(2027, 3, 29), date(2027, 4, 28)), (date(2026, 2, 1), date(2026, 3, 21))]
)
def test_trust_halves_over_180_days_in_either_direction(month: tuple[date, date]) -> None:
    # Twice the variance, half the weight: (2 x 0.5 + 1.5) / 3.
    assert only([TEST], *month).factor == pytest.approx(2.5 / 3)


def test_channels_without_a_test_get_their_prior_or_the_default() -> None:
    names = ["(unobserved)", "Ads", "Direct", "Email"]
    found = {one.channel: one for one in channel_factors(names, PRIORS, [TEST], *SEPTEMBER)}
    assert list(found) == names
    assert found["Email"].factor == 0.5
    assert found["Email"].factor_low == pytest.approx(0.5 - 1.959964 * 0.25, rel=1e-6)
    assert found["Direct"].factor == 0.0
    assert found["(unobserved)"].factor is None
    assert all(one.is_below_test for name, one in found.items() if name != "Ads")


def test_a_factor_below_its_tested_level_is_flagged() -> None:
    assert only([TEST], *SEPTEMBER, level="campaign").is_below_test
    one_campaign = Finding("Ads", 1.5, 0.25, *SEPTEMBER, "campaign", overlap=0.5)
    assert not only([one_campaign], *SEPTEMBER).is_below_test
    assert only([one_campaign], *SEPTEMBER).factor == pytest.approx(2.5 / 3)


def test_there_must_be_a_default_and_a_known_level() -> None:
    with pytest.raises(BadData, match="default"):
        channel_factors(["Ads"], {"Ads": Prior()}, [], *SEPTEMBER)
    with pytest.raises(BadData, match="'creative' is no level"):
        only([], *SEPTEMBER, level="creative")
