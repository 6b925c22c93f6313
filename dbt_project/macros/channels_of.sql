{#-
  Opens with the CTEs that give each combination of `source`, `medium`, `campaign_key` ('' for none) and
  `has_ttclid` of a CTE its `channel_group` (GA4's published rules) and `own_channel` (our rules, null
  where they say "as GA4"); the last one is `classified`. Needs the CTEs `rules` and `categories`.
  Rules are tried once per combination, not once per row.
-#}
{% macro channels_of(rows) -%}
combinations as (

    select distinct
        source,
        medium,
        campaign_key,
        has_ttclid
    from {{ rows }}

),

rules_that_hold as (

    select
        combinations.*,
        rules.rule_set,
        rules.rule_number,
        rules.channel
    from combinations
    cross join rules
    left join categories
        on combinations.source = categories.source and rules.source_category = categories.category
    where
        (rules.source_category is null or categories.source is not null)
        and (not coalesce(rules.needs_ttclid, false) or combinations.has_ttclid)
        and coalesce(regexp_matches(combinations.source, rules.source_pattern), true)
        and coalesce(regexp_matches(combinations.medium, rules.medium_pattern), true)
        and coalesce(regexp_matches(combinations.campaign_key, rules.campaign_pattern), true)

),

classified as (

    select
        source,
        medium,
        campaign_key,
        has_ttclid,
        arg_min(channel, rule_number) filter (where rule_set = 'ga4') as channel_group,
        nullif(arg_min(channel, rule_number) filter (where rule_set = 'rivage'), 'as GA4') as own_channel
    from rules_that_hold
    group by all

)
{%- endmacro %}


{#- A link that still holds __CAMPAIGN_NAME__ was never filled in by TikTok: no join is possible. -#}
{% macro unreplaced_macro(value) -%}
    {%- set pattern = "^(%5f|_)*(campaign_(id|name)|aid(_name)?|cid(_name)?|ad_name|placement|click_?id)(%5f|_)*$" -%}
    if(regexp_matches(lower({{ value }}), '{{ pattern }}'), '(unreplaced macro)', {{ value }})
{%- endmacro %}
