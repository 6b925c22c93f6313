"""Drift: what the sources changed is told once, and nobody is woken for an optional field."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rivage.audit.drifted import drifted
from rivage.connectors.base import Account, Page
from rivage.landing import writer
from rivage.landing.drift import Drift, drifts
from rivage.landing.drift_history import history, shown, unresolved
from rivage.landing.manifest import Manifest
from rivage.landing.store import Store
from rivage.streams import Column, Personal, Snapshot, Stream
from rivage.windows import Window

ACCOUNT = Account("7001", "Atelier Rivage", "Europe/Paris", "EUR")
T0 = datetime(2026, 9, 10, 6, tzinfo=UTC)
TOY = Stream(
    name="toy__things",
    connector="toy",
    endpoint="toy/",
    doc="A toy.",
    keys=("id",),
    window=Snapshot(),
    personal=(Personal("owner", "drop"),),
    columns=(
        Column("id", required=True),
        Column("spend", "metrics.spend"),
        Column("budget", type="DOUBLE"),
        Column("stock", type="BIGINT"),
        Column("active", type="BOOLEAN"),
        Column("shop", type="JSON"),
    ),
)


def thing(number: int, **changes: Any) -> dict[str, Any]:
    """One record; a change to None leaves the field null, to ... leaves it out."""
    record: dict[str, Any] = {
        "id": str(number),
        "metrics": {"spend": "1.00"},
        "budget": 10.5,
        "stock": 3,
        "active": True,
        "shop": {"city": "Paris"},
    }
    return {k: v for k, v in (record | changes).items() if v is not ...}


class Days:
    """One pull a day."""

    def __init__(self, at: Path, stream: Stream = TOY) -> None:
        self.at, self.day, self.stream = at, 0, stream
        self.store = Store(at, at / "scratch")

    def pull(self, *records: dict[str, Any], times: int = 1) -> Days:
        for _ in range(times):
            day = date(2026, 9, 1) + timedelta(days=self.day)
            when = T0 + timedelta(days=self.day)
            page = Page(list(records), f"req-{self.day}", "v1", 100, 1)
            writer.write(
                self.stream, ACCOUNT, Window(day, day), [page], store=self.store, salt=None,
                pulled_at=when,
            )  # fmt: skip
            self.day += 1
        return self

    def usual(self, times: int = 4, records: int = 10) -> Days:
        return self.pull(*(thing(n) for n in range(records)), times=times)

    def found(self, stream: Stream | None = None) -> list[Drift]:
        return history(self.store, [stream or self.stream])


def told(found: list[Drift]) -> list[tuple[str, str, str]]:
    return [(d.field, d.what, d.severity) for d in found]


def test_types_are_read_two_levels_deep(tmp_path: Path) -> None:
    Days(tmp_path).pull(
        thing(1, stock=None, tags=[1], **{"odd.name": 1, 'q"uoted': 2}),
        thing(2, budget=10, shop=None, active=...),
    )
    (path,) = tmp_path.rglob("*.json")
    manifest = Manifest.from_json(path.read_text())
    assert manifest.types == {
        "active": ("ABSENT", "BOOLEAN"),
        "budget": ("DOUBLE", "INTEGER"),
        "id": ("VARCHAR",),
        "metrics": ("OBJECT",),
        "metrics.spend": ("VARCHAR",),
        "odd.name": ("ABSENT", "INTEGER"),
        "shop": ("NULL", "OBJECT"),
        "shop.city": ("VARCHAR",),  # the record without a shop does not lack a city
        "stock": ("INTEGER", "NULL"),
        "tags": ("ABSENT", "ARRAY"),
    }
    assert manifest.records == 2
    assert 'q"uoted' in manifest.fields  # can't be asked for in a path, is landed all the same


def test_the_keys_of_a_map_are_not_fields(tmp_path: Path) -> None:
    Days(tmp_path).pull(thing(1, shop={str(n): n for n in range(300)}))
    (path,) = tmp_path.rglob("*.json")
    types = Manifest.from_json(path.read_text()).types
    assert [name for name in types if name.startswith("shop")] == ["shop"]


def test_the_sources_doubts_are_kept_once(tmp_path: Path) -> None:
    pages = [Page([thing(n)], "r", "v1", 1, n, notes=("sampled", f"page {n}")) for n in range(1, 3)]
    day = Window(date(2026, 9, 1), date(2026, 9, 1))
    landed = writer.write(
        TOY, ACCOUNT, day, pages, store=Store(tmp_path, tmp_path), salt=None, pulled_at=T0
    )
    assert landed.manifests[0].notes == ("sampled", "page 1", "page 2")


def test_a_manifest_of_the_first_format_is_still_read(tmp_path: Path) -> None:
    Days(tmp_path).usual(1)
    (path,) = tmp_path.rglob("*.json")
    body = json.loads(path.read_text())
    for name in ("types", "records", "notes"):
        del body[name]
    old = Manifest.from_json(json.dumps(body | {"format": 1}))
    assert (old.types, old.records, old.notes) == ({}, 0, ())
    newer = Manifest.from_json(json.dumps(body | {"format": 9, "unheard_of": 1}))
    assert newer == old


def test_a_steady_source_has_no_drift(tmp_path: Path) -> None:
    assert Days(tmp_path).usual(6).found() == []


def test_a_new_field_is_a_warning_with_a_sample_and_told_once(tmp_path: Path) -> None:
    days = Days(tmp_path).usual().pull(*(thing(n, tier="GOLD") for n in range(5)), times=3)
    (new,) = days.found()
    assert (new.field, new.what, new.severity) == ("tier", "new", "warning")
    assert (new.before, new.after, new.sample) == ("-", "VARCHAR", "GOLD")
    assert new.pulled_at == T0 + timedelta(days=4)


def test_a_new_child_of_a_declared_object_is_told(tmp_path: Path) -> None:
    more = {"spend": "1.00", "clicks": "7"}
    found = Days(tmp_path).usual().pull(*(thing(n, metrics=more) for n in range(5))).found()
    assert told(found) == [("metrics.clicks", "new", "warning")]
    assert found[0].sample == "7"


def test_a_new_child_inside_a_json_column_is_only_information(tmp_path: Path) -> None:
    shop = {"city": "Paris", "floor": 2}
    found = Days(tmp_path).usual().pull(*(thing(n, shop=shop) for n in range(5))).found()
    assert told(found) == [("shop.floor", "new", "info")]


def test_a_new_object_is_told_once_and_not_child_by_child(tmp_path: Path) -> None:
    found = Days(tmp_path).usual().pull(*(thing(n, geo={"a": 1, "b": 2}) for n in range(5))).found()
    assert [(d.field, d.sample) for d in found] == [("geo", "(object)")]


def test_a_declared_field_that_shows_up_late_is_no_news(tmp_path: Path) -> None:
    days = Days(tmp_path).pull(*(thing(n, stock=...) for n in range(10)), times=3)
    assert days.usual(2).found() == []


@pytest.mark.parametrize(
    ("change", "drift", "after"),
    [
        ({"stock": 3.5}, ("stock", "widened", "critical"), "DOUBLE"),  # declared whole
        ({"budget": 1050}, None, ""),
        ({"stock": None}, ("stock", "emptied", "warning"), "NULL"),
        ({"shop": "Paris"}, ("shop", "changed", "warning"), "VARCHAR"),
        ({"metrics": {"spend": 1.0}}, ("metrics.spend", "changed", "critical"), "DOUBLE"),
        ({"active": 1}, ("active", "changed", "critical"), "INTEGER"),
        ({"budget": ...}, ("budget", "gone", "critical"), "in no record"),
        ({"metrics": {}}, ("metrics.spend", "gone", "critical"), "in no record"),
        ({"metrics": None}, ("metrics", "emptied", "warning"), "NULL"),
    ],
)
def test_golden_drifts_of_a_whole_pull(
    change: dict[str, Any], drift: tuple[str, str, str] | None, after: str
) -> None:
    """Ten records a day for four days, then ten that all changed."""
    found = drifts(TOY, _pulls([{}] * 4 + [change]))
    assert told(found) == ([drift] if drift else [])
    assert [d.after for d in found] == ([after] if drift else [])


@pytest.mark.parametrize(
    ("change", "drift"),
    [
        ({"stock": 3.5}, ("stock", "widened", "critical")),
        ({"metrics": {"spend": 1.0}}, ("metrics.spend", "widened", "warning")),
        ({"budget": None}, ("budget", "widened", "warning")),
        ({"budget": ...}, ("budget", "widened", "warning")),
        ({"budget": 1050}, None),
    ],
)
def test_golden_drifts_of_one_record_in_ten(
    change: dict[str, Any], drift: tuple[str, str, str] | None
) -> None:
    usual = [thing(n) for n in range(10)]
    mixed = [*usual[:9], thing(9, **change)]
    found = drifts(TOY, _manifests([usual] * 4 + [mixed]))
    assert told(found) == ([drift] if drift else [])


def test_decimals_that_became_whole_numbers_are_critical_once_there_are_enough() -> None:
    """Euros became cents. Twenty whole amounts in a row are no accident; ten may be."""
    usual = [thing(n) for n in range(25)]
    cents = [thing(n, budget=1050) for n in range(25)]
    assert told(drifts(TOY, _manifests([usual] * 3 + [cents]))) == [
        ("budget", "changed", "critical")
    ]
    assert drifts(TOY, _manifests([usual] * 3 + [cents[:10]])) == []


def test_whole_numbers_among_decimals_are_no_drift() -> None:
    usual = [thing(n, budget=10.5 if n % 2 else 10) for n in range(10)]
    whole = [thing(n, budget=10) for n in range(10)]
    assert drifts(TOY, _manifests([usual] * 4 + [whole])) == []


@pytest.mark.parametrize("rest", [0, 1, 4])
def test_a_field_without_values_in_a_small_window_is_not_gone(rest: int) -> None:
    usual = [thing(n) for n in range(10)]
    small = [thing(n, budget=...) for n in range(rest)]
    assert drifts(TOY, _manifests([usual] * 4 + [small] * 3)) == []


def test_decimals_where_whole_numbers_were_are_a_warning_if_the_column_takes_them() -> None:
    usual = [thing(n, budget=10) for n in range(10)]
    half = [*usual[:9], thing(9, budget=10.5)]
    found = drifts(TOY, _manifests([usual] * 2 + [half] + [usual]))
    assert told(found) == [("budget", "widened", "warning")]


def test_an_optional_field_may_come_and_go() -> None:
    """Fields that hold their default are left out by some sources, day by day."""
    usual = [thing(n) for n in range(10)]
    without = [thing(n, budget=...) for n in range(10)]
    some = [*usual[:5], *without[5:]]
    assert drifts(TOY, _manifests([some, usual, without, usual, without, some])) == []


def test_a_short_history_proves_nothing_and_a_field_once_absent_is_optional() -> None:
    usual = [thing(n) for n in range(10)]
    without = [thing(n, budget=...) for n in range(10)]
    assert drifts(TOY, _manifests([usual, usual, without, usual, usual, without])) == []


def test_an_empty_pull_says_nothing() -> None:
    usual = [thing(n) for n in range(10)]
    assert drifts(TOY, _manifests([usual] * 4 + [[]] * 5 + [usual])) == []


def test_a_critical_drift_stays_open_until_the_field_is_back(tmp_path: Path) -> None:
    days = Days(tmp_path).usual()
    days.pull(*(thing(n, budget=...) for n in range(10)), times=5)
    (gone,) = days.found()
    assert gone.ended_at is None
    (still,) = unresolved(days.store, [TOY])
    assert still.field == "budget"
    days.usual(1)
    (gone,) = days.found()
    assert gone.ended_at == T0 + timedelta(days=9)
    assert unresolved(days.store, [TOY]) == []


def test_a_critical_drift_ends_when_the_declaration_follows(tmp_path: Path) -> None:
    days = Days(tmp_path).usual()
    days.pull(*(thing(n, stock="3", budget=...) for n in range(10)), times=2)
    assert told(days.found()) == [("budget", "gone", "critical"), ("stock", "changed", "critical")]
    changed = [Column(c.name, c.path, "VARCHAR" if c.name == "stock" else c.type)
               for c in TOY.columns if c.name != "budget"]  # fmt: skip
    follows = Stream(**vars(TOY) | {"columns": tuple(changed)})
    found = unresolved(days.store, [follows])
    assert {d.severity for d in found} <= {"warning"}


def test_a_warning_is_told_for_a_day(tmp_path: Path) -> None:
    days = Days(tmp_path).usual().pull(*(thing(n, tier="GOLD") for n in range(5)))
    assert told(unresolved(days.store, [TOY])) == [("tier", "new", "warning")]
    days.pull(*(thing(n, tier="GOLD") for n in range(5)), times=2)
    assert unresolved(days.store, [TOY]) == []


def test_findings_of_the_audit_name_stream_field_and_accounts(tmp_path: Path) -> None:
    days = Days(tmp_path).usual()
    days.pull(*(thing(n, budget=..., tier="GOLD") for n in range(10)))
    first, second = sorted(drifted(days.store, [TOY]), key=lambda f: f.severity)
    assert (first.severity, first.table, first.column) == ("critical", "toy__things", "budget")
    assert first.sample[0]["account"] == "7001"
    assert "in no record" in first.observed
    assert (second.severity, second.column) == ("warning", "tier")
    assert "for example GOLD; it is kept in _extra" in second.observed


@pytest.mark.parametrize(
    ("value", "kind", "records", "expected"),
    [
        ("12.5", "DOUBLE", 1, "12.5"),
        ("7", "VARCHAR", 1, "7"),
        ("true", "BOOLEAN", 1, "true"),
        ("IN_REVIEW", "VARCHAR", 3, "IN_REVIEW"),
        ("MARIE", "VARCHAR", 1, "(text of 5 characters)"),
        ("33612345678", "INTEGER", 9, "(number of 11 characters)"),
        ("+33612345678", "VARCHAR", 9, "(text of 12 characters)"),
        ("marie@example.org", "VARCHAR", 9, "(text of 17 characters)"),
        ("1987-05-01", "VARCHAR", 9, "(text of 10 characters)"),
        ("81.2.69.142", "VARCHAR", 9, "(text of 11 characters)"),
        ('{"a":1}', "OBJECT", 1, "(object)"),
    ],
)
def test_a_sample_shows_nothing_of_a_person(
    value: str, kind: str, records: int, expected: str
) -> None:
    assert shown(value, kind, records) == expected


def test_a_dropped_personal_field_is_not_even_a_new_field(tmp_path: Path) -> None:
    days = Days(tmp_path).usual().pull(*(thing(n, owner="Marie Dupont") for n in range(5)))
    assert days.found() == []


def _pulls(changes: list[dict[str, Any]]) -> list[Manifest]:
    return _manifests([[thing(n, **change) for n in range(10)] for change in changes])


def _manifests(pulls: list[list[dict[str, Any]]]) -> list[Manifest]:
    """Manifests as landing writes them, one pull a day."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        days = Days(Path(folder))
        for records in pulls:
            days.pull(*records)
        paths = Path(folder).rglob("*.json")
        found = [Manifest.from_json(path.read_text()) for path in paths]
    return sorted(found, key=lambda m: m.pulled_at)
