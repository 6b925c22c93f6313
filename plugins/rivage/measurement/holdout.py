"""Conversion lift of a holdout: some people, drawn at random, are kept from the ads.

ITT = treated rate - holdout rate, whoever saw an ad. Its interval is Newcombe's hybrid of Wilson
intervals (1998, method 10), which holds for rates near 0; p is the smallest error at which that
interval leaves 0 out, so that both agree. Incremental conversions are c_t - c_c n_t / n_c. With
exposure known, ATT = ITT / exposure rate: the effect on those who saw an ad (ghost ads: Johnson,
Lewis and Nubbemeyer, 2017). Spend is a known amount, so bounds of iCPA and iROAS are the bounds of
what they divide (Fieller's interval with one fixed side).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from scipy import stats

from rivage.measurement.bad_data import BadData
from rivage.measurement.ratio_interval import cost_per


@dataclass(frozen=True)
class Arm:
    """One group: people, those of them who converted, and where known their revenue.

    `revenue_sd` is the standard deviation of revenue per person, people without orders included.
    """

    people: int
    conversions: int
    revenue: float | None = None
    revenue_sd: float | None = None


@dataclass(frozen=True)
class Holdout:
    """Rates and ITT per person; money in the unit of spend and revenue; None is unknown.

    An upper bound of `icpa` is None as well where no incremental conversion can't be ruled out.
    `revenue_basis` says where the interval of the revenue comes from.
    """

    treated_rate: float
    holdout_rate: float
    itt: float
    itt_low: float
    itt_high: float
    p_value: float
    alpha: float
    lift: float | None
    incremental: float
    incremental_low: float
    incremental_high: float
    exposure_rate: float | None
    att: float | None
    att_low: float | None
    att_high: float | None
    icpa: float | None
    icpa_low: float | None
    icpa_high: float | None
    incremental_revenue: float | None
    revenue_low: float | None
    revenue_high: float | None
    revenue_basis: str | None
    iroas: float | None
    iroas_low: float | None
    iroas_high: float | None


def holdout(
    treated: Arm,
    control: Arm,
    *,
    exposed: int | None = None,
    spend: float | None = None,
    alpha: float = 0.05,
) -> Holdout:
    """What the ads brought among the treated people.

    Args:
        treated: People who could see ads.
        control: People kept from them.
        exposed: Treated people who saw at least one.
        spend: What the ads cost.
        alpha: Error of all intervals.

    Raises:
        BadData: an empty group, more conversions than people, negative or more exposed than
            treated people.
    """
    _refuse(treated, control, exposed)
    rates = treated.conversions / treated.people, control.conversions / control.people
    itt = rates[0] - rates[1]
    low, high = newcombe(treated, control, alpha)
    exposure = None if exposed is None else exposed / treated.people
    bounds = (itt * treated.people, low * treated.people, high * treated.people)
    cpa = cost_per(spend, *bounds)
    money, basis = _revenue(treated, control, bounds, alpha)
    returns = tuple(one / spend if one is not None and spend else None for one in money)
    per_exposed = tuple(one / exposure if exposure else None for one in (itt, low, high))
    return Holdout(
        treated_rate=rates[0],
        holdout_rate=rates[1],
        itt=itt,
        itt_low=low,
        itt_high=high,
        p_value=_p_value(treated, control),
        alpha=alpha,
        lift=itt / rates[1] if rates[1] > 0 else None,
        incremental=bounds[0],
        incremental_low=bounds[1],
        incremental_high=bounds[2],
        exposure_rate=exposure,
        att=per_exposed[0],
        att_low=per_exposed[1],
        att_high=per_exposed[2],
        icpa=cpa[0],
        icpa_low=cpa[1],
        icpa_high=cpa[2],
        incremental_revenue=money[0],
        revenue_low=money[1],
        revenue_high=money[2],
        revenue_basis=basis,
        iroas=returns[0],
        iroas_low=returns[1],
        iroas_high=returns[2],
    )


def wilson(conversions: int, people: int, quantile: float) -> tuple[float, float]:
    """Wilson's score interval of a rate (1927)."""
    rate, squared = conversions / people, quantile**2
    middle = rate + squared / (2 * people)
    reach = quantile * sqrt(rate * (1 - rate) / people + squared / (4 * people**2))
    return (middle - reach) / (1 + squared / people), (middle + reach) / (1 + squared / people)


def newcombe(treated: Arm, control: Arm, alpha: float) -> tuple[float, float]:
    """Interval of treated rate - control rate."""
    return _newcombe(treated, control, float(stats.norm.ppf(1 - alpha / 2)))


def _newcombe(treated: Arm, control: Arm, quantile: float) -> tuple[float, float]:
    rate_t, rate_c = treated.conversions / treated.people, control.conversions / control.people
    low_t, high_t = wilson(treated.conversions, treated.people, quantile)
    low_c, high_c = wilson(control.conversions, control.people, quantile)
    below = sqrt((rate_t - low_t) ** 2 + (high_c - rate_c) ** 2)
    above = sqrt((high_t - rate_t) ** 2 + (rate_c - low_c) ** 2)
    return rate_t - rate_c - below, rate_t - rate_c + above


def _p_value(treated: Arm, control: Arm) -> float:
    """Error at which an end of Newcombe's interval touches 0."""
    from scipy.optimize import brentq

    itt = treated.conversions / treated.people - control.conversions / control.people
    if itt == 0:
        return 1.0
    side = 0 if itt > 0 else 1

    def end(quantile: float) -> float:
        return _newcombe(treated, control, quantile)[side]

    far = 1.0
    while end(far) * itt > 0 and far < 1e6:
        far *= 2
    if end(far) * itt > 0:
        return 0.0
    return 2 * float(stats.norm.sf(float(brentq(end, 0.0, far, xtol=1e-13, rtol=1e-14))))


def _revenue(
    treated: Arm, control: Arm, conversions: tuple[float, float, float], alpha: float
) -> tuple[tuple[float | None, float | None, float | None], str | None]:
    """Incremental revenue, its bounds, and where they come from."""
    if treated.revenue is None or control.revenue is None:
        return (None, None, None), None
    scale = treated.people / control.people
    value = treated.revenue - control.revenue * scale
    if treated.revenue_sd is not None and control.revenue_sd is not None:
        error = sqrt(
            treated.people * treated.revenue_sd**2
            + scale**2 * control.people * control.revenue_sd**2
        )
        reach = float(stats.norm.ppf(1 - alpha / 2)) * error
        return (value, value - reach, value + reach), "revenue per person"
    orders = treated.conversions + control.conversions
    if not orders:
        return (value, None, None), None
    # Without the spread of revenue only the number of orders is uncertain, each at one value.
    each = (treated.revenue + control.revenue) / orders
    _, low, high = conversions
    shift = value - conversions[0] * each
    return (value, low * each + shift, high * each + shift), "conversions at their mean value"


def _refuse(treated: Arm, control: Arm, exposed: int | None) -> None:
    for arm, name in ((treated, "treated"), (control, "holdout")):
        if arm.people <= 0:
            raise BadData(f"The {name} group has no people.", do="Give both groups' sizes.")
        if not 0 <= arm.conversions <= arm.people:
            raise BadData(
                f"The {name} group has {arm.conversions} conversions of {arm.people} people.",
                do="Count people who converted, each once.",
            )
    if exposed is not None and not 0 <= exposed <= treated.people:
        raise BadData(f"{exposed} of {treated.people} treated people are exposed.")
