"""inputs/channel_rules.csv, kept by hand; inputs/README.md describes each column."""

from rivage.streams._inputs import by_hand, cells

STREAM = by_hand(
    "channel_rules",
    "The team's own rules about which channel a visit has.",
    keys=("priority",),
    columns=(
        *cells("priority", "channel", required=True),
        *cells("source_pattern", "medium_pattern", "campaign_pattern"),
    ),
)
