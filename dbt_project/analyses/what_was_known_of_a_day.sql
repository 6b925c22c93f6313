-- What did each published version say of a day's spend?
--
-- TikTok books a conversion on the day of the ad interaction, so a past day grows for up to
-- 28 days. Every published version is kept as a file for a while (`rivage status` lists them);
-- attach the ones you want to compare, for example:
--
--   attach '.rivage/published/versions/<older>.duckdb' as older (read_only);
--   attach '.rivage/published/versions/<newer>.duckdb' as newer (read_only);
--
-- For an instant between versions, or a field no mart has, ask landing itself:
--   rivage asof tiktok_ads__ad_daily --day 2026-09-24 --at 2026-09-25T06:00:00Z

with known_earlier as (

    select report_date, sum(spend) as spend, sum(impressions) as impressions
    from older.main.kpi_ads_daily
    group by all

),

known_later as (

    select report_date, sum(spend) as spend, sum(impressions) as impressions
    from newer.main.kpi_ads_daily
    group by all

)

select
    known_later.report_date,
    known_earlier.spend as spend_then,
    known_later.spend as spend_now,
    known_later.spend - known_earlier.spend as spend_restated,
    known_later.impressions - known_earlier.impressions as impressions_restated
from known_later
left join known_earlier
    on known_later.report_date = known_earlier.report_date
order by known_later.report_date
