"""Faults of web analytics: GA4's report and its export."""

from __future__ import annotations

from datetime import timedelta

from bench.faults import fault
from bench.planting import Plot, Record, each

EVENTS, TRAFFIC = "ga4_export__events", "ga4__traffic_daily"


@fault("stale stream", "GA4's report of the day is empty", (TRAFFIC,),
       TRAFFIC, "bring something new", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    plot.resend(TRAFFIC, lambda _: [])


@fault("missing day", "a day of GA4's report was lost in landing", (TRAFFIC,),
       TRAFFIC, "no day is missing", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    plot.lose(TRAFFIC, plot.day - timedelta(days=3))


@fault("GA4 day shifted", "GA4's report of the day repeats the day before", (TRAFFIC,),
       "kpi_web_traffic_daily", "not that of the day before", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    def change(records: list[Record]) -> list[Record]:
        before = [r for r in records if r["date"] == f"{plot.day - timedelta(days=1):%Y%m%d}"]
        return before + [record | {"date": f"{plot.day:%Y%m%d}"} for record in before]

    plot.resend(TRAFFIC, change, days=2)


@fault("GA4 against its own total", "sessions of GA4's report times three", (TRAFFIC,),
       "kpi_web_traffic_daily", "usual share of GA4's own total", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    def edit(record: Record) -> None:
        record["sessions"] = str(3 * int(record["sessions"]))

    plot.resend(TRAFFIC, each(edit))


@fault("sessions collapsed", "nine of ten events of the day missing", (EVENTS,),
       EVENTS, "far fewer rows", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    plot.redeliver("select * from rows where hash(user_pseudo_id) % 10 = 0")


@fault("bots flood", "one browser with 400 sessions on the day", (EVENTS,),
       "attr_quarantine_daily", "programs", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    plot.redeliver(
        """
        with one as (
            select * from rows where event_name = 'page_view' and user_pseudo_id is not null
            order by event_timestamp, hash(rows) limit 1
        )
        select * from rows
        union all by name
        select one.* replace (
            one.event_timestamp + n * 1000000 as event_timestamp,
            'bot.1' as user_pseudo_id,
            list_append(
                list_filter(one.event_params, p -> p.key != 'ga_session_id'),
                {'key': 'ga_session_id', 'value': {'string_value': null::varchar,
                 'int_value': 1700000000 + n, 'float_value': null::double,
                 'double_value': null::double}}
            ) as event_params
        )
        from one, range(400) as t(n)""",
    )


@fault("unreplaced macros", "every tagged link of the day still holds __CAMPAIGN_NAME__",
       (EVENTS,), "ops_quarantine_daily", "macro", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    plot.redeliver(
        """
        select * replace (
            case when collected_traffic_source.manual_campaign_name is null
                then collected_traffic_source
                else struct_update(collected_traffic_source,
                    manual_campaign_name := '__CAMPAIGN_NAME__',
                    manual_campaign_id := '__CAMPAIGN_ID__')
            end as collected_traffic_source
        ) from rows""",
    )
