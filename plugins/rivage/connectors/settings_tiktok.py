"""Settings of TikTok's four APIs, and where their values are found.

Written from TikTok's own pages as of December 2026.
"""

from __future__ import annotations

from rivage.connectors.setting import Setting, Source

_ALL_ACCOUNTS = "every ad account that the app was granted"
_THESE_ACCOUNTS = "ad accounts that you list"
_ADS_APP_WHERE = (
    "TikTok API for Business portal (business-api.tiktok.com/portal) > My Apps > the app > "
    "Basic Information."
)
_ADS_TOKEN = Setting(
    "RIVAGE_TIKTOK_ADS_ACCESS_TOKEN", "long-lived access token",
    "Open the app's advertiser authorization URL (portal > My Apps > the app), approve the ad "
    "accounts, and exchange the auth_code in the address you are sent to, within the hour, at "
    "POST /oauth2/access_token/. It does not expire by itself.",
    secret=True,
)  # fmt: skip
_ADS_APP_ID = Setting("RIVAGE_TIKTOK_ADS_APP_ID", "app id", _ADS_APP_WHERE, way=_ALL_ACCOUNTS)
_ADS_APP_SECRET = Setting(
    "RIVAGE_TIKTOK_ADS_APP_SECRET", "app secret", _ADS_APP_WHERE, secret=True, way=_ALL_ACCOUNTS
)
SOURCES: dict[str, Source] = {
    "tiktok_ads": Source(
        "TikTok Ads", "spend and results of campaigns, ad groups, ads; GMV Max; pixels",
        (
            _ADS_TOKEN, _ADS_APP_ID, _ADS_APP_SECRET,
            Setting(
                "RIVAGE_TIKTOK_ADS_ADVERTISER_IDS", "ad account ids, comma-separated",
                "TikTok Ads Manager: the number beside the account's name, also `aadvid` in the "
                "address.",
                way=_THESE_ACCOUNTS,
            ),
        ),
    ),
    "tiktok_organic": Source(
        "TikTok organic account", "the brand's own account: followers, videos, comments, mentions",
        (
            Setting(
                "RIVAGE_TIKTOK_ORGANIC_CLIENT_ID", "app id",
                f"{_ADS_APP_WHERE} The app needs the scope TikTok Accounts, which TikTok approves "
                "on a form of its own.",
            ),
            Setting(
                "RIVAGE_TIKTOK_ORGANIC_CLIENT_SECRET", "app secret", _ADS_APP_WHERE, secret=True
            ),
            Setting(
                "RIVAGE_TIKTOK_ORGANIC_REFRESH_TOKEN", "refresh token of the account's consent",
                "The account's owner opens the app's TikTok account authorization URL (portal > My "
                "Apps > the app) and agrees; exchange the code within ten minutes at POST "
                "/tt_user/oauth2/token/. Renewed tokens are kept under RIVAGE_HOME.",
                secret=True,
            ),
            Setting(
                "RIVAGE_TIKTOK_ORGANIC_HASHTAGS", "the brand's hashtags, comma-separated, no #",
                "Those that the brand registered for its account; their posts are read.",
                optional=True,
            ),
        ),
    ),
    "tiktok_creators": Source(
        "TikTok One creators", "creators, campaigns with creators and their posts",
        (
            Setting(
                "RIVAGE_TIKTOK_CREATORS_ENABLED", "read TikTok One", "A switch.", fixed="true"
            ),
            _ADS_TOKEN,
            _ADS_APP_ID,
            _ADS_APP_SECRET,
            Setting(
                "RIVAGE_TIKTOK_CREATORS_ACCOUNT_IDS", "TikTok One account ids, comma-separated",
                "The app's owner finds them with GET /tto/oauth2/tcm/.",
                way="TikTok One accounts that you list",
            ),
        ),
    ),
    "tiktok_shop": Source(
        "TikTok Shop", "orders, returns, products, LIVE, video and affiliate sales",
        (
            Setting(
                "RIVAGE_TIKTOK_SHOP_APP_KEY", "app key",
                "TikTok Shop Partner Center > App & Service > the app > Developing. It is not the "
                "app of TikTok Ads.",
            ),
            Setting(
                "RIVAGE_TIKTOK_SHOP_APP_SECRET", "app secret",
                "On the same page as the app key.", secret=True,
            ),
            Setting(
                "RIVAGE_TIKTOK_SHOP_REFRESH_TOKEN", "refresh token of the seller's consent",
                "The shop's owner opens the app's authorization link (Partner Center > App & "
                "Service > the app) and agrees; exchange the code within 30 minutes at GET "
                "/api/v2/token/get of auth.tiktok-shops.com. Renewed tokens are kept under "
                "RIVAGE_HOME.",
                secret=True,
            ),
        ),
    ),
}  # fmt: skip
