"""One row per experiment: what it brought, what that cost, what it proves, or why not."""

TYPES = (
    "struct(experiment_id varchar, status varchar, reason varchar, method varchar,"
    " direction varchar, lift double, lift_low double, lift_high double, p_value double,"
    " incremental_orders double, incremental_orders_low double, incremental_orders_high double,"
    " incremental_gross_revenue double, incremental_gross_revenue_low double,"
    " incremental_gross_revenue_high double, revenue_p_value double, extra_spend double,"
    " cost_per_incremental_order double, cost_per_incremental_order_low double,"
    " cost_per_incremental_order_high double, iroas double, iroas_low double, iroas_high double,"
    " evidence_grade varchar, detectable_lift double, second_method varchar,"
    " second_incremental_orders double, second_p_value double, note varchar)[]"
)


def model(dbt, session):
    from dataclasses import asdict

    from rivage.measurement.experiment import looked_at
    from rivage.measurement.experiment_outcome import outcome
    from rivage.warehouse import experiments

    dbt.config(materialized="table")
    tests = experiments.listed(dbt.ref("stg_inputs__experiments"))
    geo_days = dbt.ref("int_experiments__geo_days")
    spend_days = dbt.ref("int_experiments__spend_days")
    status = dbt.source("ledger", "stream_status")
    loaded = dbt.source("ledger", "loaded_windows")

    known = experiments.known(status, loaded, dbt.ref("postal_regions"), geo_days)
    spent = experiments.served(status, experiments.SPEND)
    found = []
    for test in tests if known else ():
        days = looked_at(test, known)
        orders = experiments.amounts(geo_days, days)
        revenue = experiments.amounts(geo_days, days, "gross_revenue")
        # Half a pre-period of spend would make the other half look like 0.
        is_spend_known = spent and spent[0] <= days[0] and test.end <= spent[1]
        spend = experiments.spend(spend_days, test) if is_spend_known else None
        found.append(asdict(outcome(test, known, orders, revenue, spend)))
    return session.sql(f"select unnest($1::{TYPES}, recursive := true)", params=[found])
