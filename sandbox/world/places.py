"""Where people live: the 13 regions of metropolitan France, and one city per other country.

A place is a city with its region; people, web visits and postal addresses all name the same one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.world.draws import U64, uniform

FRANCE = 0  # position in `brand.COUNTRIES`


@dataclass(frozen=True)
class Region:
    """One region: ISO 3166-2 code, its name, the name analytics tools show, people in thousands."""

    code: str
    name: str
    analytics_name: str
    people: int


@dataclass(frozen=True)
class Place:
    """One city. `region` is a position in REGIONS, -1 abroad; `zips` are its postal codes."""

    country: int
    region: int
    city: str
    analytics_city: str
    zips: tuple[str, ...]
    weight: float  # share of its region's people


REGIONS = (
    Region("FR-IDF", "Île-de-France", "Ile-de-France", 12_420),
    Region("FR-ARA", "Auvergne-Rhône-Alpes", "Auvergne-Rhone-Alpes", 8_240),
    Region("FR-NAQ", "Nouvelle-Aquitaine", "Nouvelle-Aquitaine", 6_150),
    Region("FR-OCC", "Occitanie", "Occitanie", 6_150),
    Region("FR-HDF", "Hauts-de-France", "Hauts-de-France", 5_970),
    Region("FR-GES", "Grand Est", "Grand Est", 5_560),
    Region("FR-PAC", "Provence-Alpes-Côte d'Azur", "Provence-Alpes-Cote d'Azur", 5_200),
    Region("FR-PDL", "Pays de la Loire", "Pays de la Loire", 3_900),
    Region("FR-BRE", "Bretagne", "Brittany", 3_450),
    Region("FR-NOR", "Normandie", "Normandy", 3_330),
    Region("FR-BFC", "Bourgogne-Franche-Comté", "Bourgogne-Franche-Comte", 2_790),
    Region("FR-CVL", "Centre-Val de Loire", "Centre-Val de Loire", 2_570),
    Region("FR-COR", "Corse", "Corsica", 360),
)
_FRENCH = (
    (0, "Paris", "Paris", tuple(f"750{n:02d}" for n in range(1, 21)), 0.6),
    (0, "Versailles", "Versailles", ("78000",), 0.4),
    (1, "Lyon", "Lyon", tuple(f"6900{n}" for n in range(1, 10)), 0.6),
    (1, "Grenoble", "Grenoble", ("38000", "38100"), 0.4),
    (2, "Bordeaux", "Bordeaux", ("33000", "33100", "33200"), 0.65),
    (2, "La Rochelle", "La Rochelle", ("17000",), 0.35),
    (3, "Toulouse", "Toulouse", ("31000", "31200", "31400"), 0.6),
    (3, "Montpellier", "Montpellier", ("34000", "34070"), 0.4),
    (4, "Lille", "Lille", ("59000", "59800"), 0.65),
    (4, "Amiens", "Amiens", ("80000",), 0.35),
    (5, "Strasbourg", "Strasbourg", ("67000", "67100"), 0.6),
    (5, "Reims", "Reims", ("51100",), 0.4),
    (6, "Marseille", "Marseille", tuple(f"130{n:02d}" for n in range(1, 17)), 0.65),
    (6, "Nice", "Nice", ("06000", "06200"), 0.35),
    (7, "Nantes", "Nantes", ("44000", "44100"), 0.65),
    (7, "Angers", "Angers", ("49000",), 0.35),
    (8, "Rennes", "Rennes", ("35000", "35200"), 0.6),
    (8, "Brest", "Brest", ("29200",), 0.4),
    (9, "Rouen", "Rouen", ("76000",), 0.6),
    (9, "Caen", "Caen", ("14000",), 0.4),
    (10, "Dijon", "Dijon", ("21000",), 0.6),
    (10, "Besançon", "Besancon", ("25000",), 0.4),
    (11, "Tours", "Tours", ("37000", "37100"), 0.55),
    (11, "Orléans", "Orleans", ("45000",), 0.45),
    (12, "Ajaccio", "Ajaccio", ("20000",), 1.0),
)
PLACES = (
    *(Place(FRANCE, *facts) for facts in _FRENCH),
    Place(1, -1, "Bruxelles", "Brussels", ("1000", "1050"), 1.0),
    Place(2, -1, "Genève", "Geneva", ("1201", "1205"), 1.0),
    Place(3, -1, "Saint-Denis", "Saint-Denis", ("97400",), 1.0),
)
# What analytics tools show as the region of a place abroad.
_REGION_ABROAD = {1: "Brussels", 2: "Geneva", 3: "Reunion"}
REGION_OF_PLACE = np.array([place.region for place in PLACES], dtype=np.int8)
_WEIGHTS = np.array([REGIONS[p.region].people * p.weight if p.region >= 0 else 0.0 for p in PLACES])
_ABROAD = np.array(
    [next(n for n, p in enumerate(PLACES) if p.country == country) for country in range(4)]
)


def analytics_region(place: int) -> str:
    """Region of a place in the words of an analytics tool."""
    here = PLACES[place]
    return _REGION_ABROAD.get(here.country) or REGIONS[here.region].analytics_name


def positions(codes: tuple[str, ...]) -> tuple[int, ...]:
    """Positions in REGIONS of some region codes."""
    return tuple(next(n for n, r in enumerate(REGIONS) if r.code == code) for code in codes)


def share_of_france(regions: tuple[int, ...]) -> float:
    """Share of metropolitan people who live in some regions."""
    return sum(REGIONS[n].people for n in regions) / sum(r.people for r in REGIONS)


def places_of(person: U64, country: NDArray[np.int8],
              only: tuple[int, ...] | None = None) -> NDArray[np.int8]:  # fmt: skip
    """Place of each person, for good; `only` keeps French people to some regions."""
    allowed = _WEIGHTS if only is None else np.where(np.isin(REGION_OF_PLACE, only), _WEIGHTS, 0.0)
    edges = np.cumsum(allowed / allowed.sum())
    last = int(np.flatnonzero(allowed)[-1])
    found = np.searchsorted(edges, uniform(person, "place"), side="right")
    return np.where(country == FRANCE, np.minimum(found, last), _ABROAD[country]).astype(np.int8)


def zip_code(place: int, word: int) -> str:
    """Postal code of an address in a place, the same for the same word."""
    codes = PLACES[place].zips
    return codes[word % len(codes)]
