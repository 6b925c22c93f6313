"""One row per month and channel: what the data-driven models, fitted on three months, say of it."""

TRAINING = """
    select
        fits.month_start as fit_month, paths.path, sum(paths.conversions)::double as conversions,
        sum(paths.conversion_value)::double as conversion_value, sum(paths.nulls)::double as nulls
    from (select distinct month_start from paths) as fits
    inner join paths
        on paths.month_start between fits.month_start - interval 2 month and fits.month_start
    group by all
"""
FITS = """
    select
        fit_month,
        md5(string_agg(concat_ws('|', path, conversions, nulls), chr(10) order by path)) as fit_id
    from training group by all order by all
"""
TYPES = (
    "struct(fit_month date, fit_id varchar, channel varchar, journeys double, conversions double,"
    " markov_effect double, markov_share double, markov_share_low double, markov_share_high double,"
    " shapley_effect double, shapley_error double, shapley_share double, shapley_share_low double,"
    " shapley_share_high double)[]"
)


def model(dbt, session):
    from dataclasses import asdict

    from rivage.measurement.channel_fit import channel_fit
    from rivage.measurement.paths import merged, offsets_of

    dbt.config(materialized="table")
    paths = dbt.ref("int_journeys__paths")  # noqa: F841  (read by name in the SQL)
    training = session.sql(TRAINING)
    fits = session.sql(FITS).fetchall()
    kept = kept_fits(dbt, session, fits)
    found = []
    for month, fit_id in fits:
        if fit_id in kept:
            continue
        rows = training.filter(f"fit_month = date '{month}'")
        weights = "path, conversions, conversion_value, nulls"
        lists, *counts = zip(*rows.project(weights).fetchall(), strict=True)
        codes = {name: code for code, name in enumerate(sorted({c for p in lists for c in p}))}
        steps = [codes[channel] for path in lists for channel in path]
        paths_of_fit = merged(list(codes), offsets_of([len(p) for p in lists]), steps, *counts)
        said = {"fit_month": month, "fit_id": fit_id}
        found += [said | asdict(row) for row in channel_fit(paths_of_fit)]
    fresh = session.sql(f"select unnest($1::{TYPES}, recursive := true)", params=[found])
    if not kept:
        return fresh
    same = "', '".join(kept)
    return fresh.union(session.sql(f"select * from {dbt.this} where fit_id in ('{same}')"))


def kept_fits(dbt, session, fits):
    """Fits of the last build whose journeys are the same as now: nothing would change."""
    there = session.sql(
        "select 1 from duckdb_tables() where schema_name = 'intermediate'"
        " and table_name = 'int_journeys__effects'"
    ).fetchall()
    if not there:
        return set()
    known = session.sql(f"select distinct fit_id from {dbt.this}").fetchall()
    return {fit_id for (fit_id,) in known} & {fit_id for _, fit_id in fits}
