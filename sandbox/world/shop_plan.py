"""The brand's TikTok Shop: its shop, listings, affiliate deals and what GMV Max promotes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.world import brand

SHOP_ID = "7495811002734510987"
SHOP_CODE = "FRLCKQWL8N"
SHOP_CIPHER = "GCP_sandboxAtelierRivageShopCipher"
SHOP_REGION = "FR"
SHOP_ZONE = "Europe/Paris"
WAREHOUSE_ID = "7436290021178115873"
SELLER_OPEN_ID = "sandboxSellerOpenId0000000000001"

# Where a buyer was when the order was placed.
SHOP_TAB, SEARCH, CARD, VIDEO, LIVE = range(5)
ORIGIN_WEIGHTS = np.array([0.14, 0.12, 0.24, 0.50])  # outside LIVE sessions

# Commission of each creator in hundredths of a percent, and the lower one on paid orders.
COMMISSION = (1_500, 1_200, 1_800, 1_000, 1_500)
SHOP_ADS_COMMISSION = (800, 600, 900, 500, 800)

_PRODUCT_BASE = 1_729_382_256_910_000_000
_SKU_BASE = 1_729_382_256_920_000_000
_LISTED = 1_748_250_000  # first listing, epoch seconds


@dataclass(frozen=True)
class Promotion:
    """A GMV Max campaign. A LIVE one promotes the brand's LIVE rooms instead of products."""

    campaign_id: str
    name: str
    products: tuple[int, ...]
    created: int  # world day
    deleted: int | None
    target_roi: float
    daily_budget_cents: int  # at the audience of `tiny`

    @property
    def live(self) -> bool:
        """Whether it promotes LIVE rooms."""
        return not self.products

    def runs(self, day: int) -> bool:
        """Whether it delivers on a world day."""
        return self.created <= day and (self.deleted is None or day < self.deleted)


PROMOTIONS = (
    Promotion("1841190000000101377", "GMVMax | Visage", (0, 1, 2), -30, None, 4.2, 4_000),
    Promotion("1841190000000202753", "GMVMax | Coffret fêtes", (7,), 6, None, 5.5, 1_500),
    Promotion("1841190000000304129", "GMVMax | Soleil", (6,), -30, 20, 3.8, 1_200),
    Promotion("1841190000000405505", "GMVMax LIVE | Rivage", (), -30, None, 6.0, 6_000),
)


def product_id(product: int) -> str:
    """Shop id of a product: `product_id` of the Shop, `item_group_id` of GMV Max."""
    return str(_PRODUCT_BASE + product * 1_000_003)


def sku_id(product: int) -> str:
    """The product's only SKU."""
    return str(_SKU_BASE + product * 1_000_003)


def listed_at(product: int) -> int:
    """Epoch second at which a product was listed."""
    return _LISTED + product * 4 * 86_400


def promotion_of(product: int, day: int) -> int:
    """Position of the product campaign that promotes a product on a world day, -1 for none."""
    for position, promotion in enumerate(PROMOTIONS):
        if product in promotion.products and promotion.runs(day):
            return position
    return -1


def live_promotion(day: int) -> int:
    """Position of the LIVE campaign that runs on a world day, -1 for none."""
    for position, promotion in enumerate(PROMOTIONS):
        if promotion.live and promotion.runs(day):
            return position
    return -1


PRODUCTS = len(brand.PRODUCTS)
