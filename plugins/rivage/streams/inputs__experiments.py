"""inputs/experiments.csv, kept by hand; inputs/README.md describes each column."""

from rivage.streams._inputs import by_hand, cells

STREAM = by_hand(
    "experiments",
    "Experiments: what was changed where and when, and what it is compared with.",
    keys=("experiment_id",),
    columns=(
        *cells(
            "experiment_id", "kind", "scope", "start_date", "end_date", "hypothesis", required=True
        ),
        *cells("pre_period_start", "treated_geos", "control_geos"),
        *cells("treated_people", "treated_orders", "treated_revenue"),
        *cells("holdout_people", "holdout_orders", "holdout_revenue"),
    ),
)
