"""inputs/creator_contracts.csv, kept by hand; inputs/README.md describes each column."""

from rivage.streams._inputs import by_hand, cells

STREAM = by_hand(
    "creator_contracts",
    "Contracts with creators: fee, commission, samples, codes, deliverables, fit.",
    keys=("creator_key", "start_date"),
    columns=(
        *cells("creator_key", "fee", "currency", "start_date", required=True),
        *cells(
            "commission_rate",
            "samples_cost",
            "shipping_cost",
            "promo_codes",
            "deliverables",
            "persona",
            "relevance_score",
            "end_date",
        ),
    ),
    people=True,
)
