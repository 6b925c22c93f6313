"""One row per month, model and channel: orders caused per order credited, by tests and priors."""

MONTHS = """
    select
        model, date_trunc('month', credit_date)::date as month_start,
        list(distinct channel order by channel) as channels
    from channel_days
    group by all order by all
"""
TYPES = (
    "struct(month_start date, model varchar, channel varchar, factor double, factor_low double,"
    " factor_high double, prior_weight double, tests bigint, tested_level varchar,"
    " is_below_test boolean)[]"
)


def model(dbt, session):
    from dataclasses import asdict
    from datetime import timedelta

    from rivage.measurement.calibration import Prior
    from rivage.measurement.channel_factors import channel_factors
    from rivage.warehouse import experiments

    dbt.config(materialized="table")
    outcomes = dbt.ref("int_experiments__outcomes")
    listed = experiments.listed(dbt.ref("stg_inputs__experiments"))
    status, loaded = dbt.source("ledger", "stream_status"), dbt.source("ledger", "loaded_windows")
    geo_days = dbt.ref("int_experiments__geo_days")
    credit_days = dbt.ref("int_experiments__credit_days")
    spend_days = dbt.ref("int_experiments__spend_days")
    channel_days = dbt.ref("int_journeys__channel_days")
    fed_by_ads = dbt.ref("tiktok_channels").filter("traffic = 'paid'").order("channel")
    believed = dbt.ref("channel_priors").project("channel, mean, sd").fetchall()

    proven = outcomes.filter(
        "status = 'measured' and method != 'holdout' and evidence_grade != 'D'"
    )
    keys = {key for (key,) in proven.project("experiment_id").fetchall()}
    tests = [one for one in listed if one.experiment_id in keys]
    known = experiments.known(status, loaded, dbt.ref("postal_regions"), geo_days)
    channels = [channel for (channel,) in fed_by_ads.project("channel").fetchall()]
    priors = {name: None if mean is None else Prior(mean, sd) for name, mean, sd in believed}
    found, said = [], {}
    for credited_by, month, names in channel_days.query("channel_days", MONTHS).fetchall():
        if credited_by not in said:
            credited = credit_days.filter(f"model = '{credited_by}'")
            said[credited_by] = [
                test
                for one in tests
                for test in experiments.findings_of(
                    one, said_by(one, known, geo_days, credited), channels, spend_days
                )
            ]
        last = (month + timedelta(31)).replace(day=1) - timedelta(1)
        for row in channel_factors(names, priors, said[credited_by], month, last):
            found.append({"month_start": month, "model": credited_by} | asdict(row))
    return session.sql(f"select unnest($1::{TYPES}, recursive := true)", params=[found])


def said_by(experiment, known, geo_days, credited):
    """Factor and its deviation that one experiment gives a model's credits, if any."""
    from rivage.measurement.bad_data import BadData
    from rivage.measurement.channel_factors import factor_from
    from rivage.measurement.experiment import effect_on, looked_at
    from rivage.warehouse import experiments

    days = looked_at(experiment, known)
    try:
        return factor_from(
            effect_on(experiment, known, experiments.amounts(geo_days, days)),
            effect_on(experiment, known, experiments.amounts(credited, days)),
        )
    except BadData:
        return None
