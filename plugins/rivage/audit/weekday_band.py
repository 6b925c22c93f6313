"""The band that a day's total should lie in, by the same weekdays of the published version.

Last up to eight same weekdays give a median and a median absolute deviation of logarithms; with
fewer than three of them all days of four weeks do. The band is wide: launches, promotions and
weekends stay inside, ten-fold spend, cents for euros and an empty source do not.
"""

from __future__ import annotations

from rivage.audit.rules import COVERED_FROM

WEEKS, ENOUGH_WEEKDAYS = 8, 3
ALL_DAYS, ENOUGH_DAYS = 28, 7
SIGMAS = 5
"""Robust standard deviations of the logarithm that the band reaches to each side."""
MAD_TO_SIGMA = 1.4826
"""A median absolute deviation times this estimates the standard deviation of normal values."""
WIDE = 3
"""The narrowest band of a key total goes from a third of the usual to three times of it."""
GROSS = 7
"""The widest goes to seven times of it; what lies beyond is another unit or another source. Ten
times the spend of a quiet day is no ten-fold of the usual, so it is less than ten."""
IS_GROSS = f"value * {GROSS} < usual or value > {GROSS} * usual"


def sql(
    mart: str, day: str, total: str, unsettled_days: int, least: int, narrowest: int = WIDE
) -> str:
    """A query with one row per day that is new or still settling, if it can be judged.

    The low end never lies above a day that was published in those weeks, nor does the high end
    lie below one, within seven times the usual: what happened before is not unusual. A total that
    is null is unknown and neither judged nor a sample.

    Args:
        total: aggregate of the mart's rows of a day.
        unsettled_days: newest published days that are judged again.
        least: a day is judged when the usual total is at least this.
        narrowest: the band reaches at least to this many times the usual, and to its inverse.

    Returns:
        SQL with columns <day>, value, usual, low, high, samples and basis; {batch} is the mart.
    """
    return (
        f"with newest as (select max({day}) as last_date from published.main.{mart}), "
        f"before as (select {day} as day, {total} as total from published.main.{mart} "
        f"where {day} > (select last_date from newest) - {7 * WEEKS + unsettled_days} "
        f"and {day} >= {COVERED_FROM} "
        "group by all), "
        f"judged as (select {day} as day, {total} as value from {{batch}} "
        f"where {day} > (select last_date from newest) - {unsettled_days} group by all), "
        "samples as (select judged.day, judged.value, before.total, "
        "ln(nullif(greatest(before.total, 0), 0)) as log_total, "
        "dayofweek(before.day) = dayofweek(judged.day) as is_weekday, "
        f"before.day >= judged.day - {ALL_DAYS} as is_recent "
        "from judged join before on before.day < judged.day "
        f"and before.day >= judged.day - {7 * WEEKS} where before.total is not null), "
        "counted as (select day, value, count(*) filter (is_weekday) as weekdays, "
        "count(*) filter (is_recent) as days, "
        f"weekdays >= {ENOUGH_WEEKDAYS} as by_weekday, "
        "min(total) as lowest, max(total) as highest, "
        "median(total) filter (is_weekday) as weekday_median, "
        "mad(log_total) filter (is_weekday) as weekday_mad, "
        "median(total) filter (is_recent) as day_median, "
        "mad(log_total) filter (is_recent) as day_mad "
        "from samples group by all), "
        "chosen as (select day, value, lowest, highest, "
        "if(by_weekday, weekday_median, day_median)::double as usual, "
        f"least({GROSS}, greatest({narrowest}, exp({SIGMAS * MAD_TO_SIGMA:.3f} * "
        "coalesce(if(by_weekday, weekday_mad, day_mad), 0)))) as factor, "
        "if(by_weekday, weekdays, days) as samples, "
        "if(by_weekday, 'same weekdays', 'all days') as basis "
        f"from counted where by_weekday or days >= {ENOUGH_DAYS}) "
        f"select day as {day}, value::double as value, usual, "
        "round(least(usual / factor, lowest), 2)::double as low, "
        f"round(least(greatest(usual * factor, highest), {GROSS} * usual), 2)::double as high, "
        f"samples, basis from chosen where usual >= {least} and value is not null"
    )
