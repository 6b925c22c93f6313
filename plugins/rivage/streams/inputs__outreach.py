"""inputs/outreach.csv, kept by hand; inputs/README.md describes each column."""

from rivage.streams._inputs import by_hand, cells

STREAM = by_hand(
    "outreach",
    "Creators the team wrote to, and how it went.",
    keys=("batch", "creator_sha256"),
    columns=(
        *cells("batch", "sent_at", required=True),
        *cells("creator_key", "opened_at", "answered_at", "signed_at"),
        *cells("subject", "revisions", "posted_at"),
    ),
    people=True,
)
