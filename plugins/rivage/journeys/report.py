"""Credit of all models asked for, from a file of paths or from files of touches and orders."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from rivage import duck
from rivage.errors import FileInvalid, SettingMissing
from rivage.journeys.touch_windows import TouchWindows
from rivage.measurement.disagreement import disagreement
from rivage.measurement.models import (
    DATA_DRIVEN,
    DIRECT,
    ENDS,
    MODELS,
    NEED_TIMES,
    Credit,
    data_driven_credits,
    rule_credits,
    with_bounds,
)
from rivage.measurement.order_choice import best_order, order_fits
from rivage.measurement.paths import Paths

UNOBSERVED = "(unobserved)"


@dataclass(frozen=True)
class Wishes:
    """What to compute; `orders` empty lets BIC choose one among 1 to 3. Half-life in seconds."""

    models: tuple[str, ...] = ()
    orders: tuple[int, ...] = (1,)
    ends: tuple[float, float, float] = ENDS
    direct: tuple[str, ...] = DIRECT
    windows: TouchWindows = field(default_factory=TouchWindows)
    half_life: int = 7 * 86_400
    exclusive: bool = False
    bounds: bool = False
    memory: str = "4GB"


@dataclass(frozen=True)
class Report:
    """Credits over `channels`; the last channel is `UNOBSERVED` where orders were looked at.

    `conversions` and `value` are what every model's credits add up to.
    """

    channels: tuple[str, ...]
    credits: tuple[Credit, ...]
    has_value: bool
    conversions: float
    value: float

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know to read the numbers."""
        seen = [channel for channel in self.channels if channel != UNOBSERVED]
        alone = f"{seen[0]} is the only channel: every model gives it all there is."
        told = [alone] if len(seen) == 1 else []
        return tuple(dict.fromkeys([*told, *(note for one in self.credits for note in one.notes)]))

    def disagreement(self) -> list[float | None]:
        """How much the models disagree per channel (`measurement.disagreement`).

        None throughout for fewer than two models or where nothing was converted; for
        `UNOBSERVED` always.
        """
        seen = [at for at, channel in enumerate(self.channels) if channel != UNOBSERVED]
        table = np.array([credit.conversions[seen] for credit in self.credits])
        if len(table) < 2 or not table.sum() > 0:
            return [None] * len(self.channels)
        scores = [None if np.isnan(score) else float(score) for score in disagreement(table)]
        return scores + [None] * (len(self.channels) - len(seen))

    def rows(self) -> list[dict[str, Any]]:
        """One row per model, order and channel, None where a model has no such number."""
        return [row for credit in self.credits for row in self._rows(credit)]

    def _rows(self, credit: Credit) -> list[dict[str, Any]]:
        rows = []
        for at, channel in enumerate(self.channels):
            seen, effects, bounds = channel != UNOBSERVED, credit.removal_effects, credit.bounds
            row = {
                "model": credit.model, "order": credit.order, "channel": channel,
                "removal_effect": float(effects[at]) if effects is not None and seen else None,
                "conversions": float(credit.conversions[at]),
                "value": float(credit.values[at]) if self.has_value else None,
            }  # fmt: skip
            if bounds is not None:
                row["conversions_low"] = float(bounds.lower[at]) if seen else None
                row["conversions_high"] = float(bounds.upper[at]) if seen else None
            rows.append(row)
        return rows


def report_paths(path: Path, separator: str, wishes: Wishes) -> Report:
    """Credit over a file of paths; see `path_file.read_paths`.

    Raises:
        FileInvalid: the file is wrong, or nothing in it converts and a data-driven model was asked.
        SettingMissing: a model that needs times, or an option out of range.
    """
    from rivage.journeys.path_file import read_paths

    known = tuple(model for model in MODELS if model not in NEED_TIMES)
    models = _models(wishes, known, "A file of paths holds no times: give touches and --orders.")
    read = read_paths(path, separator, wishes.memory)
    paths = read.paths
    _refuse_nothing(models, paths.conversions.sum(), f"{path}: no path converts")
    credits = rule_credits(paths, models, wishes.ends, wishes.direct)
    credits += _data_driven(paths, models, wishes)
    return Report(
        paths.channels, _in_order(credits, models), read.has_value,
        float(paths.conversions.sum()), float(paths.values.sum()),
    )  # fmt: skip


def report_events(touches: Path, orders: Path, wishes: Wishes) -> Report:
    """Credit over touches and orders; see `event_files.load_events`.

    Raises:
        FileInvalid: a file is wrong, or no order has a touch and a data-driven model was asked.
        SettingMissing: an option out of range.
    """
    from rivage.journeys.event_files import MICROS, load_events
    from rivage.journeys.rule_totals import count_windows, rule_totals
    from rivage.journeys.sequences import event_paths

    models = _models(wishes, MODELS, "")
    with (
        tempfile.TemporaryDirectory(prefix="rivage-") as room,
        duck.connect(memory_limit=wishes.memory) as connection,
    ):
        connection.execute(f"set temp_directory = {duck.literal(room)}")
        events = load_events(
            connection, touches, orders, wishes.windows, exclusive=wishes.exclusive,
            half_life=wishes.half_life, direct=wishes.direct,
        )  # fmt: skip
        seen, seen_micros = count_windows(connection)
        _refuse_nothing(models, seen, f"None of the {events.orders} orders has a touch in time")
        rules = tuple(model for model in models if model not in DATA_DRIVEN)
        totals = rule_totals(connection, events, rules, wishes.ends)
        needed = set(models) & set(DATA_DRIVEN)
        paths = event_paths(connection, events) if needed else None
    credits = [Credit(model, one.orders, one.revenue) for model, one in totals.items()]
    if paths is not None:
        credits += _data_driven(paths, models, wishes)
    missing, missing_value = events.orders - seen, (events.micros - seen_micros) / MICROS
    with_unseen = [
        replace(
            credit,
            conversions=np.append(credit.conversions, missing),
            values=np.append(credit.values, missing_value),
        )
        for credit in credits
    ]
    return Report(
        (*events.channels, UNOBSERVED), _in_order(with_unseen, models), True,
        float(events.orders), events.micros / MICROS,
    )  # fmt: skip


def _models(wishes: Wishes, known: Sequence[str], do: str) -> tuple[str, ...]:
    for model in wishes.models:
        if model not in MODELS:
            raise SettingMissing(
                f"There is no model {model!r}.", do=f"Take one of {', '.join(MODELS)}."
            )
        if model not in known:
            raise SettingMissing(f"{model} needs the times of touches.", do=do)
    return tuple(model for model in known if model in (wishes.models or known))


def _refuse_nothing(models: Sequence[str], conversions: float, what: str) -> None:
    driven = [model for model in models if model in DATA_DRIVEN]
    if driven and not conversions > 0:
        raise FileInvalid(
            f"{what}, so {', '.join(driven)} have nothing to learn from.",
            do="Look at the counts and windows, or ask for rules alone: --model linear.",
        )


def _data_driven(paths: Paths, models: Sequence[str], wishes: Wishes) -> list[Credit]:
    orders = wishes.orders or (best_order(order_fits(paths)),)
    credits = data_driven_credits(paths, models, orders)
    return [with_bounds(credit, paths) for credit in credits] if wishes.bounds else credits


def _in_order(credits: Sequence[Credit], models: Sequence[str]) -> tuple[Credit, ...]:
    return tuple(sorted(credits, key=lambda one: (models.index(one.model), one.order or 0)))
