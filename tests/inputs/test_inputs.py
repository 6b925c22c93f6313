"""Files kept by hand: what is wrong is named with file, line, column and what to write instead."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from rivage.inputs.folder import check, strangers
from rivage.inputs.metrics import METRICS
from rivage.inputs.reading import read
from rivage.inputs.rows import FILES
from sandbox.world import WorldConfig, brand
from sandbox.world.experiments import EXPERIMENT
from sandbox.world.places import REGIONS
from tests.conftest import REPO

EXAMPLES = REPO / "inputs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the examples."""
    return Path(shutil.copytree(EXAMPLES, tmp_path / "inputs"))


def append(folder: Path, stem: str, *lines: str) -> int:
    """Add lines to a file; returns the number of the first one added."""
    path = folder / f"{stem}.csv"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return before.count("\n") + 1


def told(folder: Path, stem: str) -> list[str]:
    return [problem.told() for problem in check(folder)[stem].problems]


def test_the_examples_are_good() -> None:
    files = check(EXAMPLES)
    assert {stem: file.problems for stem, file in files.items() if file.problems} == {}
    assert all(file.lines for file in files.values())
    assert strangers(EXAMPLES) == {}


def test_the_examples_speak_of_the_simulated_brand() -> None:
    files = check(EXAMPLES)
    handles = [line.cells["creator"] for line in files["creator_contracts"].lines]
    assert tuple(handles) == brand.CREATORS
    rates = {
        line.cells["code"]: float(line.cells["rate"] or 0) for line in files["promo_codes"].lines
    }
    assert rates == dict(zip(brand.CODES, brand.CODE_RATES.tolist(), strict=True))
    (geo,) = [e.cells for e in files["experiments"].lines if e.cells["kind"] == "geo_split"]
    world = WorldConfig()
    assert geo["experiment_id"] == EXPERIMENT.experiment_id
    assert geo["start_date"] == str(world.day(EXPERIMENT.first_day))
    assert geo["end_date"] == str(world.day(EXPERIMENT.last_day))
    treated, control = (str(geo[name]).split(";") for name in ("treated_geos", "control_geos"))
    assert set(treated) == set(EXPERIMENT.treated)
    assert {*treated, *control} == {region.code for region in REGIONS}


CASES = {
    "wrong date": (
        "promo_codes", "MAI10,shop,percent,0.10,17/09/2026,",
        "column valid_from: '17/09/2026' is no date; write 2026-09-17",
    ),
    "unknown creator": (
        "promo_codes", "LEA20,CR-l01,percent,0.20,2026-09-01,",
        "column creator_key: 'CR-l01' is no creator of creator_contracts.csv; "
        "did you mean 'CR-01'?",
    ),
    "negative fee": (
        "creator_contracts", "new.one,CR-09,-200,EUR,,,,,,,,2026-09-01,",
        "column fee: '-200' is below 0; write 200, or 0 when nothing is paid",
    ),
    "duplicate code": (
        "promo_codes", "lea10,shop,percent,0.20,2026-10-01,",
        "column code: 'lea10' is valid on line 3 already (up to 2026-11-30); remove one of the "
        "two, or let line 3 end before 2026-10-01",
    ),
    "overlapping experiments in the same place": (
        "experiments",
        "geo-b,geo_split,Spark,2026-09-30,2026-10-10,,FR-IDF,FR-BRE,Overlaps on one day",
        "column treated_geos: 'FR-IDF' overlaps geo-2026-09 of line 3 in FR-BRE, FR-IDF on "
        "2026-09-30 to 2026-09-30; move one of the two in time, or take what they share out of one",
    ),
    "overlapping experiments on the same campaign": (
        "experiments", "off-2,on_off,1840273932331603,2026-10-18,2026-10-20,,,,Overlaps on one day",
        "column scope: '1840273932331603' overlaps retargeting-off-2026-10 of line 4 in "
        "1840273932331603 on 2026-10-18 to 2026-10-18; move one of the two in time, or take "
        "what they share out of one",
    ),
    "unknown place": (
        "experiments", "geo-c,geo_split,all,2027-01-01,2027-01-10,,Bretange,FR-IDF,A typo",
        "column treated_geos: 'Bretange' is no known place; did you mean FR-BRE (Bretagne)?",
    ),
    "unknown metric": (
        "goals", "G-1,clicsk,10,count,2026-09-01,2026-09-30,acquisition,",
        "column metric: 'clicsk' is no metric; did you mean 'clicks'?",
    ),
    "wrong unit": (
        "goals", "G-1,clicks,10,EUR,2026-09-01,2026-09-30,acquisition,",
        "column unit: 'EUR' is not the unit of clicks; write count",
    ),
    "end before start": (
        "goals", "G-1,clicks,10,count,2026-09-30,2026-09-01,acquisition,",
        "column period_end: '2026-09-01' is before period_start (2026-09-30); write 2026-09-30 or "
        "later, or correct period_start",
    ),
    "unknown currency": (
        "other_costs", "2026-09,,,tools,10,eur,",
        "column currency: 'eur' is no currency; write EUR",
    ),
    "decimal comma": (
        "other_costs", '2026-09,,,tools,"1 200,50",EUR,',
        "column amount: '1 200,50' is no number; write 1200.50",
    ),
    "percent for a fraction": (
        "promo_codes", "X,shop,percent,15,2026-09-01,",
        "column rate: '15' is above 1; write 0.15 for 15 %",
    ),
    "no period": (
        "other_costs", ",2026-09-01,,tools,10,EUR,",
        "column end_date: and start_date are not both filled; write a month, or both dates",
    ),
    "empty cell": (
        "other_costs", "2026-09,,,,10,EUR,",
        "column category: is empty; fill it; this column can't be blank",
    ),
    "bad pattern": (
        "channel_rules", "9,Press,(blog,,",
        "column source_pattern: '(blog' is no regular expression",
    ),
    "same priority": (
        "channel_rules", "1,Press,blog,,",
        "column priority: '1' stands on line 3 already; remove one of the two lines, or change "
        "priority",
    ),
    "answered before it was sent": (
        "outreach", "b,new.two,,2026-09-02 10:00,,2026-09-01,,,,",
        "column answered_at: '2026-09-01' is before sent_at (2026-09-02)",
    ),
    "half a revision": (
        "outreach", "b,new.two,,2026-09-02,,,,Bonjour,1.5,",
        "column revisions: '1.5' is no whole number; write 0, 1, 2 and so on",
    ),
    "posted before it was signed": (
        "outreach", "b,lea.skin,CR-01,2026-09-02,,2026-09-03,2026-09-05,Bonjour,1,2026-09-04",
        "column posted_at: '2026-09-04' is before signed_at (2026-09-05)",
    ),
    "a plan of an unknown creator": (
        "campaign_plans", "P-9,A plan,,,CR-01;CR-l2,2026-09-01,2026-09-30,100,EUR,,,,,,,",
        "column creator_keys: 'CR-01;CR-l2' has 'CR-l2', which is no creator of "
        "creator_contracts.csv; did you mean 'CR-02'?",
    ),
    "a plan of nothing": (
        "campaign_plans", "P-9,A plan,,,,2026-09-01,2026-09-30,100,EUR,,,,,,,",
        "column creator_keys: and campaign_ids and campaign_pattern are empty; "
        "name what the plan is about",
    ),
    "a plan with a goal that can't be measured": (
        "campaign_plans", "P-9,A plan,,x,,2026-09-01,2026-09-30,100,EUR,,,,,,fame,3",
        "column goal_metric: 'fame' is no metric a plan can be judged by; write one of",
    ),
    "a plan's goal without a target": (
        "campaign_plans", "P-9,A plan,,x,,2026-09-01,2026-09-30,100,EUR,,,,,,orders,",
        "column goal_target: is empty; write the orders to reach, or leave goal_metric empty",
    ),
    "a plan that ends before it starts": (
        "campaign_plans", "P-9,A plan,,x,,2026-09-30,2026-09-01,100,EUR,,,,,,,",
        "column end_date: '2026-09-01' is before start_date (2026-09-30)",
    ),
    "a share of nobody": (
        "campaign_plans", "P-9,A plan,,x,,2026-09-01,2026-09-30,100,EUR,,,,,0.3,,",
        "column expected_persona_share: '0.3' goes with personas; name the personas, or leave it",
    ),
    "an e-mail address": (
        "goals", "G-1,clicks,10,count,2026-09-01,2026-09-30,anna@brand.example,",
        "column owner: 'anna@brand.example' holds an e-mail address; name a role, a team or a key",
    ),
    "a handle outside its column": (
        "other_costs", "2026-09,,,samples,10,EUR,parcel for Lea.Skin",
        "column note: 'parcel for Lea.Skin' names a creator by handle",
    ),
    "too few cells": (
        "other_costs", "2026-09,,,tools,10",
        "column currency: the line has 5 cells, the header 7; write one cell per column",
    ),
    "an open quote": (
        "other_costs", '2026-09,,,tools,10,EUR,"half',
        "has a quote that is not closed on its line",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_named_with_line_column_and_what_to_write(folder: Path, case: str) -> None:
    stem, line, expected = CASES[case]
    number = append(folder, stem, line)
    found = told(folder, stem)
    assert len(found) == 1
    assert found[0].startswith(f"{stem}.csv line {number}")
    assert expected in found[0]


def test_all_mistakes_of_a_file_are_named_at_once(folder: Path) -> None:
    first = append(
        folder, "creator_contracts",
        "x.one,CR-11,-1,EURO,1.5,,,NOPE,,,101,2026-09-31,2026-09-01",
        "x.two,CR-02,5,EUR,,,,,,,,2026-09-01,",
    )  # fmt: skip
    found = {(p.line, p.column) for p in check(folder)["creator_contracts"].problems}
    assert found == {
        (first, "fee"), (first, "currency"), (first, "commission_rate"),
        (first, "promo_codes"), (first, "relevance_score"), (first, "start_date"),
        (first + 1, "creator_key"),
    }  # fmt: skip


def test_one_wrong_contract_does_not_make_its_codes_wrong(folder: Path) -> None:
    append(folder, "creator_contracts", "x.one,CR-11,-1,EUR,,,,,,,,2026-09-01,")
    append(folder, "promo_codes", "XONE,CR-11,percent,0.10,2026-09-01,")
    assert len(told(folder, "creator_contracts")) == 1
    assert told(folder, "promo_codes") == []


def test_a_long_contract_overlaps_a_later_one_behind_a_short_one(folder: Path) -> None:
    first = append(
        folder, "creator_contracts",
        "x.one,CR-11,1,EUR,,,,,,,,2027-01-01,2027-12-31",
        "x.one,CR-11,1,EUR,,,,,,,,2027-02-01,2027-02-05",
        "x.one,CR-11,1,EUR,,,,,,,,2027-05-01,2027-05-05",
        "x.one,CR-11,1,EUR,,,,,,,,2028-01-01,",
    )  # fmt: skip
    found = check(folder)["creator_contracts"].problems
    assert [(p.line, p.column) for p in found] == [
        (first + 1, "start_date"), (first + 2, "start_date"),
    ]  # fmt: skip


def test_experiments_in_other_places_or_on_other_days_go_together(folder: Path) -> None:
    append(
        folder, "experiments",
        "be,geo_split,all,2026-09-17,2026-09-30,,BE-BRU,BE-WAL,Another country",
        "later,geo_split,all,2026-10-20,2026-10-30,,FR-BRE,FR-IDF,Other days",
        "other,on_off,Spark,2026-10-05,2026-10-18,,,,Another campaign",
    )  # fmt: skip
    assert told(folder, "experiments") == []


def test_a_holdout_counts_both_groups_or_none(folder: Path) -> None:
    lines = (
        "experiment_id,kind,scope,start_date,end_date,hypothesis,"
        "treated_people,treated_orders,holdout_people,holdout_orders",
        "whole,holdout,a,2027-01-01,2027-01-10,Counted,1000,30,500,10",
        "later,holdout,b,2027-01-01,2027-01-10,Not over,,,,",
        "half,holdout,c,2027-01-01,2027-01-10,Half,1000,30,500,",
        "more,holdout,d,2027-01-01,2027-01-10,More,1000,30,500,501",
    )
    (folder / "experiments.csv").write_text("\n".join(lines), encoding="utf-8")
    found = told(folder, "experiments")
    assert len(found) == 2
    assert "line 4, column holdout_orders" in found[0]
    assert "fill people and orders of both groups, or none of the four" in found[0]
    assert "line 5, column holdout_orders: '501' is more than the 500 people" in found[1]


def test_handles_are_not_repeated_where_logs_could_keep_them(folder: Path) -> None:
    append(folder, "creator_contracts", "@secret.handle,secret.handle-1,1,EUR,,,,,,,,2026-09-01,")
    (problem,) = check(folder)["creator_contracts"].problems
    assert "secret.handle" in problem.told()
    assert "secret.handle" not in problem.told(in_logs=True)
    folder.joinpath("creator_contracts.csv").write_bytes(
        (EXAMPLES / "creator_contracts.csv").read_bytes()
    )
    append(folder, "creator_contracts", "secret.handle,secret.handle-1,1,EUR,,,,,,,,2026-09-01,")
    (problem,) = check(folder)["creator_contracts"].problems
    assert problem.column == "creator_key"
    assert "secret.handle" not in problem.told(in_logs=True)


def test_semicolons_comments_blank_lines_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "promo_codes.csv"
    text = (
        "# codes\r\n\r\ncode;creator_key;kind;rate;valid_from\r\n"
        "A1;shop;percent;0.10;2026-09-01\r\n;;;;\r\n# end\r\n"
    )
    path.write_bytes("\ufeff".encode() + text.encode())
    file = check(tmp_path)["promo_codes"]
    assert file.problems == ()
    assert [(line.number, line.cells["valid_to"]) for line in file.lines] == [(4, None)]


HEADERS = {
    "a typo": ("code,creator_kex,kind,rate,valid_from", "did you mean 'creator_key'?"),
    "a missing column": ("code,kind,rate,valid_from", "add the column creator_key"),
    "a column twice": ("code,code,creator_key,kind,rate,valid_from", "remove one of the two"),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_wrong_header_is_named(tmp_path: Path, case: str) -> None:
    header, instead = HEADERS[case]
    (tmp_path / "promo_codes.csv").write_text(header + "\nA,shop,percent,0.1,2026-09-01\n")
    found = check(tmp_path)["promo_codes"].problems
    assert found
    assert all(problem.line == 1 for problem in found)
    assert instead in " ".join(problem.instead for problem in found)


def test_a_file_in_another_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "goals.csv"
    path.write_bytes("# a\ngoal_id\nété\n".encode("latin-1"))
    (problem,) = read(path, FILES["goals"]).problems
    assert (problem.line, problem.instead) == (3, "save it as CSV UTF-8")


def test_a_file_without_a_header_says_what_to_start_with(tmp_path: Path) -> None:
    (tmp_path / "goals.csv").write_text("")
    (problem,) = check(tmp_path)["goals"].problems
    assert problem.instead.startswith("start with goal_id,metric,")


def test_a_misnamed_file_is_noticed(folder: Path) -> None:
    (folder / "goal.csv").write_text("x")
    assert strangers(folder) == {"goal.csv": "goals.csv"}


def test_a_code_that_another_creator_has_is_refused_in_the_contract(folder: Path) -> None:
    append(folder, "creator_contracts", "x.one,CR-11,1,EUR,,,,TOM15,,,,2026-09-01,")
    (found,) = told(folder, "creator_contracts")
    assert "has 'TOM15', which promo_codes.csv gives to CR-03" in found


def test_the_readme_names_every_file_column_and_metric() -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for stem, model in FILES.items():
        assert f"`{stem}.csv`" in text
        for column in model.model_fields:
            assert f"`{column}`" in text, (stem, column)
    for metric in METRICS:
        assert metric in text


def test_an_open_ended_code_meets_every_later_one(folder: Path) -> None:
    later = date(2026, 9, 1) + timedelta(days=4_000)
    append(folder, "promo_codes", f"TOM15,CR-03,percent,0.15,{later},")
    (found,) = told(folder, "promo_codes")
    assert "already (without an end)" in found
