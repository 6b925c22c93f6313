"""inputs/promo_codes.csv, kept by hand; inputs/README.md describes each column."""

from rivage.streams._inputs import by_hand, cells

STREAM = by_hand(
    "promo_codes",
    "Promo codes, whose they are and when they were valid.",
    keys=("code", "valid_from"),
    columns=(
        *cells("code", "creator_key", "kind", "valid_from", required=True),
        *cells("rate", "valid_to"),
    ),
)
