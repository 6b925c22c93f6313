"""One row per month, model and channel: how many orders were caused per order credited, by tests and priors."""

ORDERS = """
    select place, order_date, sum(orders)::double as orders
    from (select *, unnest([country, region, '(everywhere)']) as place from geo_days)
    where order_date between $1 and $2
    group by all
"""
CREDITED = """
    select place, order_date, sum(orders)::double as orders
    from (select *, unnest([country, region, '(everywhere)']) as place from credit_days)
    where order_date between $1 and $2 and model = $3
    group by all
"""
OVERLAP = "select sum(spend) / nullif(sum(total_spend), 0) from spend_days where experiment_id = $1 and report_date between $2 and $3"
MONTHS = """
    select model, date_trunc('month', credit_date)::date as month_start, list(distinct channel order by channel)
    from channel_days
    group by all order by all
"""
TYPES = (
    "struct(month_start date, model varchar, channel varchar, factor double, factor_low double,"
    " factor_high double, prior_weight double, tests bigint, tested_level varchar, is_below_test boolean)[]"
)


def model(dbt, session):
    from dataclasses import asdict
    from datetime import timedelta

    from rivage.measurement.calibration import Prior
    from rivage.measurement.channel_factors import channel_factors
    from rivage.warehouse import experiments

    dbt.config(materialized="table")
    tests = {one.experiment_id: one for one in experiments.listed(dbt.ref("stg_inputs__experiments"))}
    proven = dbt.ref("int_experiments__outcomes").filter("status = 'measured' and evidence_grade != 'D'")
    geo_days = dbt.ref("int_experiments__geo_days")
    credit_days = dbt.ref("int_experiments__credit_days")  # noqa: F841  (read by name in the SQL, as the next two)
    spend_days = dbt.ref("int_experiments__spend_days")  # noqa: F841
    channel_days = dbt.ref("int_journeys__channel_days")  # noqa: F841
    known = experiments.known(dbt.source("ledger", "stream_status"), dbt.ref("postal_regions"), geo_days)
    channels = [name for (name,) in dbt.ref("tiktok_channels").filter("traffic = 'paid'").project("channel").fetchall()]
    priors = {
        name: None if mean is None else Prior(mean, sd)
        for name, mean, sd in dbt.ref("channel_priors").project("channel, mean, sd").fetchall()
    }
    found, of_model = [], {}
    for credited_by, month, names in session.sql(MONTHS).fetchall():
        if credited_by not in of_model:
            of_model[credited_by] = [
                one
                for key, in proven.project("experiment_id").order("experiment_id").fetchall()
                for one in said_by(session, tests[key], known, credited_by, channels)
            ]
        end = (month + timedelta(31)).replace(day=1) - timedelta(1)
        for row in channel_factors(names, priors, of_model[credited_by], month, end):
            found.append({"month_start": month, "model": credited_by} | asdict(row))
    return session.sql(f"select unnest($1::{TYPES}, recursive := true)", params=[found])


def said_by(session, test, known, credited_by, channels):
    """What one experiment says of a model's credits to the channels it tested."""
    from rivage.measurement.bad_data import BadData
    from rivage.measurement.channel_factors import Test, tested
    from rivage.measurement.experiment import effect_on
    from rivage.warehouse import experiments

    days = experiments.looked_at(test, known)
    (overlap,) = session.sql(OVERLAP, params=[test.experiment_id, test.start, test.end]).fetchone()
    if not overlap:
        return []
    effects = []
    for query, more in ((ORDERS, []), (CREDITED, [credited_by])):
        cells = session.sql(query, params=[*days, *more]).fetchall()
        try:
            effects.append(effect_on(test, known, {(place, day): orders for place, day, orders in cells}))
        except BadData:
            return []
    said = tested(*effects)
    # All of TikTok's campaigns are its channel; some of them tell less of it.
    level = "channel" if overlap >= 1 else "campaign"
    return [Test(name, *said, test.start, test.end, level, float(overlap)) for name in channels] if said else []
