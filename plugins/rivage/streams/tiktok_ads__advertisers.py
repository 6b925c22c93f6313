"""Ad accounts with currency and time zone: /advertiser/info/."""

from rivage.streams.model import Column, Personal, Snapshot, Stream

STREAM = Stream(
    name="tiktok_ads__advertisers",
    connector="tiktok_ads",
    endpoint="advertiser/info/",
    doc="Ad accounts: name, currency, time zone, status.",
    keys=("advertiser_id",),
    window=Snapshot(),
    columns=(
        Column("advertiser_id", required=True),
        Column("name", required=True),
        Column("company"),
        Column("currency", required=True),
        Column("country"),
        Column("industry"),
        Column("timezone"),
        Column("display_timezone", required=True),
        Column("create_time", type="BIGINT"),
        Column("status"),
        Column("role"),
        Column("advertiser_account_type"),
        Column("balance", type="DOUBLE"),
        Column("language"),
        Column("promotion_area"),
        Column("owner_bc_id"),
    ),
    personal=tuple(
        Personal(path, "drop")
        for path in (
            "email",
            "telephone_number",
            "cellphone_number",
            "contacter",
            "address",
            "license_no",
            "license_url",
            "license_city",
            "license_province",
        )
    ),
)
