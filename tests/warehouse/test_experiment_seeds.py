"""The seeds that experiments rest on."""

from __future__ import annotations

import csv

import pytest

from rivage.inputs.geos import GEOS
from rivage.settings import REPO
from sandbox.world.places import FRANCE, PLACES, REGIONS

SEEDS = REPO / "dbt_project" / "seeds"


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REGION_OF = {(row["country"], row["zip_area"]): row["region"] for row in rows("postal_regions")}


def test_every_department_of_france_lies_in_one_region() -> None:
    areas = [area for country, area in REGION_OF if country == "FR"]
    # Corsica's two departments share 20.
    assert sorted(areas) == [f"{n:02d}" for n in range(1, 96)]
    assert {code for code in GEOS if code.startswith("FR-")} == set(REGION_OF.values())


@pytest.mark.parametrize("place", [one for one in PLACES if one.country == FRANCE])
def test_a_postal_code_leads_to_the_region_of_its_city(place: object) -> None:
    found = {REGION_OF["FR", code[:2]] for code in place.zips}  # type: ignore[attr-defined]
    assert found == {REGIONS[place.region].code}  # type: ignore[attr-defined]


def test_every_prior_has_a_reason_and_is_whole_or_blank() -> None:
    priors = rows("channel_priors")
    assert all(row["why"] and bool(row["mean"]) == bool(row["sd"]) for row in priors)
    # A channel by which people come back is not one that sends them.
    direct = next(row for row in priors if row["channel"] == "Direct")
    default = next(row for row in priors if row["channel"] == "(default)")
    assert float(direct["mean"]) < float(default["mean"])
