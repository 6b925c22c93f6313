"""Settings of web analytics, the back office and reference data, and where they are found.

Written from Google's, Matomo's and Shopify's own pages as of December 2026.
"""

from __future__ import annotations

from rivage.connectors.setting import Setting, Source

_GA4_CREDENTIALS_WHERE = (
    "Google Cloud console > IAM & Admin > Service Accounts > the account > Keys > Add key > JSON. "
)

SOURCES: dict[str, Source] = {
    "ga4": Source(
        "GA4 Data API", "traffic, users, landing pages and the funnel by day",
        (
            Setting(
                "RIVAGE_GA4_PROPERTY_ID", "property id",
                "GA4 > Admin > Property details: the digits at the top right, not the G-... id.",
            ),
            Setting(
                "RIVAGE_GA4_CREDENTIALS", "path of a service account's key file",
                f"{_GA4_CREDENTIALS_WHERE}Turn on the Google Analytics Data API in that project, "
                "and give the account's e-mail the role Viewer: GA4 > Admin > Property access "
                "management.",
            ),
        ),
    ),
    "ga4_export": Source(
        "GA4 event export", "every event, for journeys and attribution",
        (
            Setting(
                "RIVAGE_GA4_EXPORT_URL",
                "folder, bucket or bigquery://<project>/analytics_<property id>",
                "GA4 > Admin > BigQuery links names the project; the dataset is analytics_ and the "
                "property id. Else the folder or bucket to which events_YYYYMMDD.parquet files are "
                "exported.",
            ),
            Setting(
                "RIVAGE_GA4_CREDENTIALS", "path of a service account's key file",
                f"{_GA4_CREDENTIALS_WHERE}Only for bigquery://: give the account the role BigQuery "
                "Data Viewer on the dataset.",
                optional=True,
            ),
        ),
    ),
    "matomo": Source(
        "Matomo", "every visit, for brands that measure with Matomo",
        (
            Setting(
                "RIVAGE_MATOMO_BASE_URL", "address of Matomo",
                "What stands before index.php in the browser: https://<host>/ or .../matomo/.",
            ),
            Setting(
                "RIVAGE_MATOMO_TOKEN_AUTH", "token_auth",
                "Matomo > Administration > Personal > Security > Create new token, as a user with "
                "view access to the sites. It is shown once; \"secure only\" may be ticked.",
                secret=True,
            ),
            Setting(
                "RIVAGE_MATOMO_SITE_IDS", "site ids, comma-separated; empty for all",
                "Matomo > Administration > Websites > Manage.",
                optional=True,
            ),
        ),
    ),
    "shopify": Source(
        "Shopify", "orders with refunds and codes, products with unit cost",
        (
            Setting(
                "RIVAGE_SHOPIFY_BASE_URL", "https://<shop>.myshopify.com",
                "Shopify admin > Settings > Domains: the one that ends in .myshopify.com.",
            ),
            Setting(
                "RIVAGE_SHOPIFY_CLIENT_ID", "client id",
                "Shopify Dev Dashboard > the app > Settings. Scopes: read_orders, "
                "read_all_orders (else 60 days only), read_products, read_inventory, "
                "read_customers; released and installed in the shop.",
                way="an app of the Dev Dashboard",
            ),
            Setting(
                "RIVAGE_SHOPIFY_CLIENT_SECRET", "client secret",
                "On the same page as the client id.",
                secret=True, way="an app of the Dev Dashboard",
            ),
            Setting(
                "RIVAGE_SHOPIFY_ACCESS_TOKEN", "Admin API access token, shpat_...",
                "Shopify admin > Settings > Apps and sales channels > Develop apps > the app > API "
                "credentials. It was shown once, at installation; since 2026 no new ones are made.",
                secret=True, way="the token of an older custom app",
            ),
        ),
    ),
    "ecb": Source(
        "ECB rates", "exchange rates of the European Central Bank; public, no key",
        (
            Setting(
                "RIVAGE_ECB_ENABLED", "read the rates", "A switch.", fixed="true", default="true"
            ),
            Setting(
                "RIVAGE_ECB_CURRENCIES", "currencies beside the euro, comma-separated",
                "Those in which ads or orders are billed.",
                optional=True, default="USD,GBP,CHF",
            ),
        ),
    ),
    "inputs": Source(
        "inputs/ folder", "contracts, goals, experiments, codes and costs kept by hand",
        (
            Setting(
                "RIVAGE_INPUTS_FOLDER", "folder of the CSV files",
                "A folder of your own; inputs/README.md describes its files, each of which may be "
                "missing. What lies in inputs/ is the demo brand's.",
            ),
        ),
    ),
}  # fmt: skip
