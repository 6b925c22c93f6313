"""inputs/other_costs.csv, kept by hand; inputs/README.md describes each column."""

from rivage.streams._inputs import by_hand, cells

STREAM = by_hand(
    "other_costs",
    "Costs that no source reports.",
    keys=("line",),
    columns=(
        *cells("category", "amount", "currency", required=True),
        *cells("month", "start_date", "end_date", "note"),
    ),
)
