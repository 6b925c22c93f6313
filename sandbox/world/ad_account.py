"""Two advertisers and what they run. Days are world day indexes; negative means before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.world.caused import TOP_VIEW_DAY
from sandbox.world.content import CHALLENGE, CHALLENGE_DAYS


@dataclass(frozen=True)
class Advertiser:
    """An ad account. `fixed_zone` has the POSIX sign, `zone` is the one that counts."""

    advertiser_id: str
    name: str
    fixed_zone: str
    zone: str
    country: str


@dataclass(frozen=True)
class Campaign:
    """A campaign; `renames` and `budgets` are (day, new value) in order.

    `runs` are its first and last world day, None for always. A reserved one is TopView: bought
    for a day, not in the auction.
    """

    campaign_id: str
    advertiser: int
    name: str
    objective: str
    cpm_cents: int
    ctr: float
    created: int = -60
    deleted: int | None = None
    renames: tuple[tuple[int, str], ...] = ()
    smart_plus: bool = False
    spark: bool = False
    retargeting: bool = False
    reserved: bool = False
    runs: tuple[int, int] | None = None
    budget: int = 100
    budgets: tuple[tuple[int, int], ...] = ()

    def name_on(self, day: int) -> str:
        """Name in force on a world day."""
        return [self.name, *(new for since, new in self.renames if day >= since)][-1]

    def budget_on(self, day: int) -> int:
        """Budget in force on a world day."""
        return [self.budget, *(new for since, new in self.budgets if day >= since)][-1]

    def runs_on(self, day: int) -> bool:
        """Whether a world day is within its schedule."""
        return self.runs is None or self.runs[0] <= day <= self.runs[1]


@dataclass(frozen=True)
class AdGroup:
    """An ad group."""

    adgroup_id: str
    campaign: int
    name: str
    created: int


@dataclass(frozen=True)
class Ad:
    """An ad (for Smart+ a creative of the ad `ad_id_v2`)."""

    ad_id: str
    ad_id_v2: str
    adgroup: int
    campaign: int
    advertiser: int
    name: str
    weight: float
    created: int
    deleted: int | None
    renames: tuple[tuple[int, str], ...] = ()
    item_id: str | None = None  # the post a Spark ad shows

    def name_on(self, day: int) -> str:
        """Name in force on a world day."""
        return [self.name, *(new for since, new in self.renames if day >= since)][-1]


@dataclass(frozen=True)
class AdAccounts:
    """Everything both advertisers run, by position."""

    advertisers: tuple[Advertiser, ...]
    campaigns: tuple[Campaign, ...]
    adgroups: tuple[AdGroup, ...]
    ads: tuple[Ad, ...] = field(default=())


_Plan = tuple[dict[str, Any], tuple[int, ...]]  # facts, ads per ad group


def _planned(name: str, objective: str, cpm_cents: int, ctr: float, ads: tuple[int, ...],
             **more: Any) -> _Plan:  # fmt: skip
    facts = {"name": name, "objective": objective, "cpm_cents": cpm_cents, "ctr": ctr, **more}
    return facts, ads


_PAID_PLAN = (
    _planned("AR | Prospection | Sérum Marin", "WEB_CONVERSIONS", 640, 0.0105, (4, 3),
             renames=((15, "AR | Prospection | Sérum Marin V2"),),
             budgets=((18, 140),)),
    _planned("AR | Spark | Routine Embruns 🌊", "WEB_CONVERSIONS", 590, 0.0135, (3, 3), spark=True,
             created=-30),
    _planned("AR | Notoriété | Rivage", "REACH", 420, 0.0064, (3, 2)),
    _planned("AR | Retargeting panier", "WEB_CONVERSIONS", 830, 0.0175, (3, 2), retargeting=True),
    _planned("AR | Fin d'été", "TRAFFIC", 480, 0.0125, (3,), deleted=12),
    _planned("AR | Automne + Hiver", "WEB_CONVERSIONS", 700, 0.0115, (4,), created=20,
             renames=((45, "AR | Hiver & Fêtes"),)),
    _planned("AR | Smart+ Catalogue", "WEB_CONVERSIONS", 610, 0.012, (4,), smart_plus=True),
    _planned("OM | La Réunion | Prospection", "WEB_CONVERSIONS", 460, 0.0125, (2, 2, 2),
             advertiser=1, budget=60, budgets=((10, 80), (29, 50))),
    _planned("AR | TopView | Rentrée", "REACH", 1_500, 0.0034, (1,), reserved=True,
             created=TOP_VIEW_DAY - 7, runs=(TOP_VIEW_DAY, TOP_VIEW_DAY), budget=250),
    _planned(f"AR | #{CHALLENGE}", "TRAFFIC", 450, 0.013, (3,), spark=True,
             created=CHALLENGE_DAYS[0] - 8, runs=CHALLENGE_DAYS, budget=70),
)  # fmt: skip
_CAMPAIGN_WEIGHT = (1.0, 0.85, 0.55, 0.35, 0.5, 0.7, 0.6, 1.0, 1.0, 0.5)
_DELETED_ADS = {2: 10, 8: 18, 15: 25, 36: 30}  # ad position -> day of deletion
_RENAMED_ADS = {1: (22, "Serum_ugc_clara_v2"), 9: (9, "Spark_lea_routine_soir"),
                34: (16, "OM_plage_15s_bis")}  # fmt: skip
_HOOKS = ("ugc_clara", "demo_texture", "avant_apres", "temoignage", "unboxing", "plage_15s")


def build_ad_accounts() -> AdAccounts:
    """The fixed plan: 2 advertisers, 10 campaigns, 16 ad groups, 44 ads."""
    advertisers = (
        Advertiser("7412083911600873473", "Atelier Rivage", "Etc/GMT-1", "Europe/Paris", "FR"),
        Advertiser("7438190276645871617", "Atelier Rivage Outre-mer", "Etc/GMT-4",
                   "Indian/Reunion", "RE"),
    )  # fmt: skip
    campaigns: list[Campaign] = []
    adgroups: list[AdGroup] = []
    ads: list[Ad] = []
    for position, (facts, ad_counts) in enumerate(_PAID_PLAN):
        advertiser = int(facts.get("advertiser", 0))
        # Entities of the second account have 19-digit ids, beyond 2^53.
        base = 1_840_270_000_000_000 if advertiser == 0 else 1_840_270_000_000_000_001
        campaign = Campaign(
            campaign_id=str(base + position * 1_310_777_201),
            **{"advertiser": advertiser, **facts},
        )
        campaigns.append(campaign)
        for nth, ad_count in enumerate(ad_counts):
            adgroup = len(adgroups)
            adgroups.append(
                AdGroup(
                    str(base + 11_000_000_000 + adgroup * 97_310_411),
                    position,
                    f"{campaign.name.split('|')[-1].strip()} - Groupe {nth + 1}",
                    campaign.created,
                )
            )
            for creative in range(ad_count):
                index = len(ads)
                ad_id = str(base + 21_000_000_000 + index * 13_310_393)
                # Smart+: two creatives share one ad.
                v2 = str(base + 31_000_000_000 + creative // 2 * 1_000_003)
                deleted = [d for d in (_DELETED_ADS.get(index), campaign.deleted) if d is not None]
                ads.append(
                    Ad(
                        ad_id=ad_id,
                        ad_id_v2=v2 if campaign.smart_plus else ad_id,
                        adgroup=adgroup,
                        campaign=position,
                        advertiser=advertiser,
                        name=f"{_HOOKS[(index + nth) % 6]}_{index + 1:02d}",
                        weight=_CAMPAIGN_WEIGHT[position]
                        / len(ad_counts)
                        / (1.0 + 0.45 * creative),
                        created=campaign.created + (3 * creative if creative < 3 else 7),
                        deleted=min(deleted) if deleted else None,
                        renames=(_RENAMED_ADS[index],) if index in _RENAMED_ADS else (),
                    )
                )
    return AdAccounts(advertisers, tuple(campaigns), tuple(adgroups), tuple(ads))
