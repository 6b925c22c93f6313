"""Every model says what it is; every mart says all that a reader needs, and the page tells it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rivage.warehouse.catalogue import PAGE, catalogue
from rivage.warehouse.marts import Mart, marts

MODELS = Path(__file__).resolve().parents[2] / "dbt_project" / "models"
OWNERS = {"performance", "content", "commerce", "partnerships", "finance", "data"}
MARTS = marts()
each_mart = pytest.mark.parametrize("mart", MARTS, ids=[mart.name for mart in MARTS])


@pytest.mark.parametrize("layer", ["staging", "intermediate", "marts"])
def test_every_model_is_described(layer: str) -> None:
    described = {}
    for path in (MODELS / layer).glob("*.yml"):
        for model in yaml.safe_load(path.read_text()).get("models", ()):
            described[model["name"]] = (model.get("description") or "").strip()
    built = {p.stem for p in (MODELS / layer).iterdir() if p.suffix in (".sql", ".py")}
    assert built, layer
    assert sorted(name for name in built if not described.get(name)) == []


@each_mart
def test_every_column_of_a_mart_is_described_and_typed(mart: Mart) -> None:
    assert mart.columns
    assert [c.name for c in mart.columns if not c.description] == []
    assert [c.name for c in mart.columns if not c.data_type] == []


@each_mart
def test_every_number_of_a_mart_says_whether_it_may_be_added_up(mart: Mart) -> None:
    known = {"additive", "semi", "non_additive"}
    assert [c.name for c in mart.columns if c.is_number and c.additivity not in known] == []
    # A ratio of sums is no sum of ratios.
    rates = [c for c in mart.columns if c.name.endswith("_rate")]
    assert [c.name for c in rates if c.additivity == "additive"] == []


@each_mart
def test_every_mart_says_whom_it_serves_and_how_to_read_it(mart: Mart) -> None:
    assert mart.description.startswith("One row per "), "the first sentence is the grain"
    assert mart.owner in OWNERS
    assert mart.question.endswith("?")
    names = {column.name for column in mart.columns}
    assert mart.grain, "meta.grain names the key"
    assert set(mart.grain) <= names
    assert mart.name in mart.example_query
    audited = {*mart.audit.get("rates", ()), *mart.audit.get("may_be_negative", ())}
    assert audited <= names, "meta.audit names columns that the mart has"


def test_no_two_marts_answer_the_same_question() -> None:
    questions = [mart.question for mart in MARTS if mart.question]
    assert sorted(q for q in set(questions) if questions.count(q) > 1) == []


def test_the_page_of_all_marts_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == catalogue(MARTS), "run `rivage docs --catalogue`"
