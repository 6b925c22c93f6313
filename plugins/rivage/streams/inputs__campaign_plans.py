"""inputs/campaign_plans.csv, kept by hand; inputs/README.md describes each column."""

from rivage.streams._inputs import by_hand, cells

STREAM = by_hand(
    "campaign_plans",
    "Plans of campaigns: what they should cost, bring and reach, and until when.",
    keys=("plan_id",),
    columns=(
        *cells(
            "plan_id", "name", "start_date", "end_date", "planned_cost", "currency", required=True
        ),
        *cells(
            "campaign_ids",
            "campaign_pattern",
            "creator_keys",
            "expected_sessions",
            "expected_orders",
            "expected_revenue",
            "personas",
            "expected_persona_share",
            "goal_metric",
            "goal_target",
        ),
    ),
)
