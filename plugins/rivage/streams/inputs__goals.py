"""inputs/goals.csv, kept by hand; inputs/README.md describes each column."""

from rivage.streams._inputs import by_hand, cells

STREAM = by_hand(
    "goals",
    "Goals: metric, target, period, owner.",
    keys=("goal_id",),
    columns=(
        *cells(
            "goal_id",
            "metric",
            "target",
            "unit",
            "period_start",
            "period_end",
            "owner",
            required=True,
        ),
        *cells("persona"),
    ),
)
