"""One row per goal that can be followed: what is measured, what was due, how it will end."""

TYPES = (
    "struct(goal_id varchar, measured_days bigint, missing_days bigint, measured_from date,"
    " measured_to date, actual double, numerator double, denominator double, expected double,"
    " expected_basis varchar, history_days bigint, forecast double, forecast_lower double,"
    " forecast_upper double, probability double, note varchar)[]"
)


def model(dbt, session):
    from dataclasses import asdict
    from datetime import date

    from rivage.measurement.goal_progress import Goal, Level, progress

    dbt.config(materialized="table")
    goals = dbt.ref("int_goals__checked").filter("refusal is null").order("goal_id")
    days = dbt.ref("int_figures__daily")
    status = dbt.source("ledger", "stream_status")
    audience = dbt.ref("stg_tiktok_organic__audience")

    (now,) = status.aggregate("max(horizon)").fetchone()
    newest = (
        audience.filter(f"followers is not null and snapshot_date <= date '{now or date.max}'")
        .aggregate(
            "max(snapshot_date) as day, arg_max(followers, snapshot_date) as level", "business_id"
        )
        .aggregate("min(day), sum(level)::double")
        .fetchone()
    )
    level = Level(*newest) if newest and newest[0] else None
    columns = (
        "goal_id, kind, target::double, period_start_date, period_end_date, scale,"
        " direction = 'lower', may_fall, metric, numerator"
    )
    found = []
    for *fields, metric, moved_by in goals.project(columns).fetchall():
        goal = Goal(*fields)
        figure = moved_by if goal.kind == "stock" else metric
        amounts = "numerator, denominator" if goal.kind == "ratio" else "amount"
        rows = days.filter(f"figure = '{figure}'").project(f"report_date, {amounts}").fetchall()
        known = {day: tuple(float(value) for value in values) for day, *values in rows}
        if now:
            found.append(asdict(progress(goal, known, now, level)))
    return session.sql(f"select unnest($1::{TYPES}, recursive := true)", params=[found])
