"""Euro reference rates by day: data portal, dataflow EXR."""

from rivage.streams.model import Column, Daily, Lookback, Stream

STREAM = Stream(
    name="ecb__exchange_rates",
    connector="ecb",
    endpoint="EXR",
    doc="Euro foreign exchange reference rates, one per currency and business day (EXR).",
    keys=("CURRENCY", "TIME_PERIOD"),
    window=Daily(day='cast("TIME_PERIOD" as date)', days_per_request=366),
    lookback=Lookback(
        7,
        "A rate is corrected now and then within days; no rates come for up to four days in a "
        "row (Easter), and a weekend's rate is the business day's before it.",
    ),
    # The rates of a day come out about 16:00 Central European time, so that day's morning
    # has none yet.
    latency=1,
    required=False,
    columns=(
        Column("KEY", required=True),
        Column("FREQ", required=True),
        Column("CURRENCY", required=True),
        Column("CURRENCY_DENOM", required=True),
        Column("EXR_TYPE", required=True),
        Column("EXR_SUFFIX", required=True),
        Column("TIME_PERIOD", required=True),
        Column("OBS_VALUE", number=True),
        Column("OBS_STATUS"),
        Column("OBS_CONF"),
        Column("DECIMALS"),
        Column("TITLE_COMPL"),
        Column("UNIT_MULT"),
    ),
)
