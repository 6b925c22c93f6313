"""Every visit with its actions: Matomo's visitor log (Live.getLastVisitsDetails)."""

from rivage.streams._access import VISITS_LOG
from rivage.streams.model import Changes, Column, Lookback, Personal, PersonKey, Stream

# Older installations send every number as text, newer ones as numbers: all land as text.
_TEXTS = (
    "visitorId",
    "visitorType",
    "visitCount",
    "daysSinceFirstVisit",
    "siteCurrency",
    "visitDuration",
    "actions",
    "interactions",
    "visitConverted",
    "visitEcommerceStatus",
    "totalEcommerceRevenue",
    "totalEcommerceConversions",
    "totalEcommerceItems",
    "totalAbandonedCartsRevenue",
    "referrerType",
    "referrerName",
    "referrerKeyword",
    "referrerUrl",
    "campaignId",
    "campaignName",
    "campaignSource",
    "campaignMedium",
    "campaignContent",
    "campaignKeyword",
    "countryCode",
    "region",
    "city",
    "deviceType",
    "operatingSystem",
    "browserName",
    "truncatedActionsCount",
)

STREAM = Stream(
    name="matomo__visits",
    connector="matomo",
    endpoint="Live.getLastVisitsDetails",
    doc="Visits with referrer, campaign, ecommerce totals and every action.",
    keys=("idSite", "idVisit"),
    # Not daily: a visit is listed under the day of its last action, so one that is active
    # past midnight moves to the next day, and its newest state must replace the older one.
    window=Changes(
        cursor="lastActionTimestamp",
        day="cast(timezone('{zone}', to_timestamp(lastActionTimestamp)) as date)",
        # A few days are landed together: visits with all their actions are large records.
        # Each call asks for one day, because with longer periods the server's offset paging
        # skips visits.
        days_per_request=3,
    ),
    lookback=Lookback(
        2,
        "A visit grows until 30 minutes after its last action, and tracking queues and log "
        "imports add hits of the day before.",
    ),
    personal=(
        Personal("userId", "hash"),
        Personal("visitIp", "drop"),
        Personal("fingerprint", "drop"),
        Personal("latitude", "drop"),
        Personal("longitude", "drop"),
        Personal("referrerUrl", "url"),
        Personal("actionDetails.*.url", "url"),
    ),
    person=(
        PersonKey("customer", "user_id_sha256"),
        PersonKey("email", "user_id_sha256"),
        PersonKey("order", "json_extract_string(actionDetails, '$[*].orderId')", many=True),
        PersonKey("browser", "visitorId"),
    ),
    required=False,
    stands_in_for="ga4_export__events",
    access=VISITS_LOG,
    columns=(
        Column("idSite", required=True),
        Column("idVisit", required=True),
        Column("firstActionTimestamp", type="BIGINT", required=True),
        Column("lastActionTimestamp", type="BIGINT", required=True),
        Column("user_id_sha256", "userId"),
        *(Column(name) for name in _TEXTS),
        Column("actionDetails", type="JSON"),
    ),
)
