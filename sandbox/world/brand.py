"""The shop: products, creators, codes, countries, and the channels people come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HOST = "www.atelier-rivage.example"
SHOP_NAME = "Atelier Rivage"
SHOP_DOMAIN = "atelier-rivage.myshopify.com"
GATEWAY_HOST = "paiement.guichet-psp.example"


@dataclass(frozen=True)
class Product:
    """One product; price in cents, VAT included."""

    item_id: str
    title: str
    category: str
    handle: str
    price_cents: int


PRODUCTS = (
    Product("AR-SER-01", "Sérum Marin", "Visage", "serum-marin", 4200),
    Product("AR-CRE-02", "Crème Embruns", "Visage", "creme-embruns", 3600),
    Product("AR-GEL-03", "Gel Nettoyant Algue", "Visage", "gel-nettoyant-algue", 1900),
    Product("AR-HUI-04", "Huile Sèche Criste", "Corps", "huile-seche-criste", 2900),
    Product("AR-BAU-05", "Baume Sel & Miel", "Corps", "baume-sel-miel", 1500),
    Product("AR-SHA-06", "Shampoing Solide Dune", "Cheveux", "shampoing-solide-dune", 1200),
    Product("AR-SOL-07", "Crème Solaire Minérale", "Soleil", "creme-solaire-minerale", 2600),
    Product("AR-COF-08", "Coffret Marée Haute", "Coffrets", "coffret-maree-haute", 8900),
)
PRODUCT_WEIGHTS = np.array([0.22, 0.17, 0.15, 0.12, 0.10, 0.09, 0.08, 0.07])
PRICES = np.array([p.price_cents for p in PRODUCTS], dtype=np.int64)

CREATORS = ("lea.skin", "maelle_beaute", "tomlebarbier", "ines.naturel", "julie-rituel")
# What stands in links instead of the handle, which names a person.
CREATOR_KEYS = ("cr-01", "cr-02", "cr-03", "cr-04", "cr-05")
# Position 0-4: creator codes, in the order of CREATORS; then the shop's own codes.
CODES = ("LEA10", "MAELLE10", "TOM15", "INES10", "JULIE10", "BIENVENUE10", "RENTREE15")
CODE_RATES = np.array([0.10, 0.10, 0.15, 0.10, 0.10, 0.10, 0.15])

COUNTRIES = ("FR", "BE", "CH", "RE")
COUNTRY_WEIGHTS = np.array([0.845, 0.055, 0.04, 0.06])
REUNION = 3
SWISS = 2

DEVICES = ("mobile", "desktop", "tablet")
DEVICE_WEIGHTS = np.array([0.74, 0.21, 0.05])

# Channel of a visit as it truly happened.
CHANNELS = (
    "tiktok_paid", "tiktok_organic", "creator", "google_organic", "google_cpc", "email",
    "instagram", "direct", "referral",
)  # fmt: skip
TIKTOK_PAID, TIKTOK_ORGANIC, CREATOR, GOOGLE_ORGANIC, GOOGLE_CPC, EMAIL = range(6)
INSTAGRAM, DIRECT, REFERRAL = 6, 7, 8
FIRST_VISIT_MIX = np.array([0.30, 0.08, 0.06, 0.17, 0.10, 0.04, 0.06, 0.15, 0.04])
RETURN_VISIT_MIX = np.array([0.14, 0.03, 0.02, 0.15, 0.08, 0.13, 0.03, 0.40, 0.02])
# Share of visits that buy, before the bonus of a return visit.
BUY_RATE = np.array([0.0135, 0.011, 0.024, 0.025, 0.033, 0.038, 0.013, 0.026, 0.016])
RETURN_BONUS = 1.6
# Probability that a visit of this channel is what makes the person buy.
INCREMENT = np.array([0.42, 0.40, 0.48, 0.22, 0.16, 0.18, 0.30, 0.0, 0.30])
VIEW_ONLY_INCREMENT = 0.05

# What an analytics tool can see of the origin (source codes).
SRC_DIRECT, SRC_TIKTOK_TAGGED, SRC_TIKTOK_MACRO, SRC_TIKTOK_REFERRAL, SRC_CREATOR = range(5)
SRC_GOOGLE, SRC_GOOGLE_CPC, SRC_EMAIL, SRC_INSTAGRAM, SRC_REFERRAL, SRC_GATEWAY = range(5, 11)
EMAIL_CAMPAIGNS = ("newsletter_septembre", "panier_abandonne", "bienvenue", "conseils_peau",
                   "ventes_privees")  # fmt: skip
CPC_CAMPAIGNS = ("FR - Marque", "FR - Générique Soin", "FR - Marque", "FR - Marque", "FR - PMax")
BLOGS = ("carnetdebeaute.example", "slowmag.example", "avis-cosmeto.example",
         "carnetdebeaute.example", "slowmag.example")  # fmt: skip

CONSENT_FULL, CONSENT_DENIED, CONSENT_BLOCKED = range(3)
CONSENT_WEIGHTS = np.array([0.88, 0.07, 0.05])

# Share of a day's visits per local hour, Monday-Friday and Saturday-Sunday.
WEEKDAY_HOURS = np.array(
    [22, 12, 7, 5, 5, 8, 18, 34, 44, 46, 47, 49, 60, 55, 46, 44, 46, 53, 62, 70, 82, 88, 72, 42]
)
WEEKEND_HOURS = np.array(
    [32, 19, 11, 7, 6, 6, 10, 20, 36, 52, 62, 64, 62, 60, 60, 60, 60, 62, 66, 70, 78, 80, 66, 44]
)
WEEKDAY_FACTOR = np.array([0.97, 0.95, 0.97, 1.0, 0.98, 1.03, 1.12])
