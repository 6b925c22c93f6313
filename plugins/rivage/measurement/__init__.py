"""Statistics and text measures: functions of arrays and tables that know no stage and no API.

Experiments: `panel` (rows to geos by days), `did`, `synthetic_control` and `augmented` (what a geo
test brought), `switchback`, `before_after`, `cuped`, `holdout`, `evidence` (how much one proves),
`experiment` and `experiment_outcome` (one of a team's list as one row), `calibration` and
`channel_factors` (from experiments to factors), `planner` (which geos to treat, for how long).

Attribution. Journeys are `Paths` (`merged`, `from_text`): distinct paths of channels with counts.

- Rules give weights per touch: `first`, `last`, `last_non_direct`, `linear`, `position`,
  `time_decay`, `milestones` (W-shaped, full path), `equal_split`; `by_channel` adds them up.
- `markov` gives removal effects and credit, exact at any order; `chain`, `transitions` and
  `order_fits` show the chain behind it. `shapley` shares out the chain's conversions.
- `by_effect` and `by_channel_share` bring either into single journeys; `interval` puts bounds on
  it; `disagreement` compares models; `to_cents` splits money without losing a cent.

All of it is one import: `from rivage.measurement import from_text, markov`.
"""

from rivage.measurement.bootstrap import Interval, interval
from rivage.measurement.chain import Chain, chain
from rivage.measurement.credit import SpreadInside, by_channel, by_channel_share, by_effect
from rivage.measurement.disagreement import disagreement
from rivage.measurement.markov import Markov, Transitions, markov, transitions
from rivage.measurement.models import Credit, data_driven_credits, rule_credits
from rivage.measurement.order_choice import OrderFit, best_order, order_fits
from rivage.measurement.paths import Paths, from_text, merged, offsets_of
from rivage.measurement.rounding import rounded, to_cents
from rivage.measurement.rules import (
    equal_split,
    first,
    last,
    last_non_direct,
    linear,
    milestones,
    position,
    time_decay,
)
from rivage.measurement.shapley import Shapley, shapley

__all__ = [
    "Chain",
    "Credit",
    "Interval",
    "Markov",
    "OrderFit",
    "Paths",
    "Shapley",
    "SpreadInside",
    "Transitions",
    "best_order",
    "by_channel",
    "by_channel_share",
    "by_effect",
    "chain",
    "data_driven_credits",
    "disagreement",
    "equal_split",
    "first",
    "from_text",
    "interval",
    "last",
    "last_non_direct",
    "linear",
    "markov",
    "merged",
    "milestones",
    "offsets_of",
    "order_fits",
    "position",
    "rounded",
    "rule_credits",
    "shapley",
    "time_decay",
    "to_cents",
    "transitions",
]
