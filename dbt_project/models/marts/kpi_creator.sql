{%- set z = 1.959963984540054 %}

with profiles as (

    select * from {{ ref('int_creators__profiles') }}

),

persona_match as (

    select * from {{ ref('int_creators__persona_match') }}

),

content as (

    select * from {{ ref('int_creators__content') }}

),

results as (

    select * from {{ ref('int_creators__results') }}

),

creators as (

    select creator_key from profiles
    union
    select creator_key from content
    union
    select creator_key from results

),

joined as (

    select
        creators.creator_key,
        coalesce(profiles.creator_type, '(unknown)') as creator_type,
        coalesce(profiles.contracts, 0)::bigint as contracts,
        profiles.first_contract_date,
        profiles.contract_end_date,
        profiles.persona,
        profiles.followers,
        profiles.median_views,
        profiles.platform_engagement_rate,
        profiles.relevance_score::double as relevance_score,
        persona_match.persona_age_share,
        persona_match.persona_gender_share,
        persona_match.persona_match_share,
        coalesce(content.posts, 0)::bigint as posts,
        coalesce(content.mentions, 0)::bigint as mentions,
        coalesce(content.live_sessions, 0)::bigint as live_sessions,
        content.video_views,
        content.engagements,
        content.engagements_organic,
        content.combined_reach_as_stated,
        content.combined_reach_organic_as_stated,
        {%- for count in [
            'sessions', 'engaged_sessions', 'promo_code_orders', 'utm_orders', 'affiliate_orders',
            'promo_code_and_utm_orders', 'orders_of_another_creator', 'orders_any',
        ] %}
        coalesce(results.{{ count }}, 0)::bigint as {{ count }},
        {%- endfor %}
        {%- for money in [
            'promo_code_revenue', 'utm_revenue', 'affiliate_revenue', 'revenue_any', 'refunds', 'net_revenue', 'fee',
            'samples_cost', 'shipping_cost', 'contract_commission', 'affiliate_commission', 'shared_cost',
            'promo_discount', 'paid_cost', 'total_cost',
        ] %}
        coalesce(results.{{ money }}, 0)::decimal(18, 4) as {{ money }},
        {%- endfor %}
        results.largest_order::double as largest_order,
        -- One over the number of equal orders that would vary as much as these.
        {{ ratio('results.squared_revenue', 'power(results.revenue_any, 2)') }} as spread,
        {{ ratio(
            'results.squared_revenue + power(results.largest_order, 2)',
            'power(results.revenue_any + results.largest_order, 2)'
        ) }} as spread_above,
        {{ var('value_per_engagement') }}::decimal(18, 4) as value_per_engagement
    from creators
    left join profiles on creators.creator_key = profiles.creator_key
    left join persona_match on creators.creator_key = persona_match.creator_key
    left join content on creators.creator_key = content.creator_key
    left join results on creators.creator_key = results.creator_key

),

kpis as (

    select
        * exclude (largest_order, spread, spread_above),
        {{ ratio('combined_reach_as_stated', 'posts') }} as reach_per_post,
        {{ ratio('engagements_organic', 'combined_reach_organic_as_stated') }} as engagement_rate_by_reach,
        {{ ratio('engagements', 'video_views') }} as engagement_rate_by_views,
        {{ ratio('utm_orders', 'sessions') }} as conversion_rate,
        {{ wilson_low('utm_orders', 'sessions') }} as conversion_rate_low,
        {{ wilson_high('utm_orders', 'sessions') }} as conversion_rate_high,
        {{ ratio('revenue_any', 'posts') }} as revenue_per_post,
        -- A sum of orders that come by chance, of unlike amounts: Fay and Feuer's gamma interval, with the
        -- gamma distribution in Wilson and Hilferty's normal form.
        round({{ ratio(
            'revenue_any * power(greatest(1 - spread / 9 - ' ~ z ~ ' * sqrt(spread) / 3, 0), 3)', 'posts'
        ) }}, 4) as revenue_per_post_low,
        round({{ ratio(
            '(revenue_any + largest_order) * power(1 - spread_above / 9 + ' ~ z ~ ' * sqrt(spread_above) / 3, 3)',
            'posts'
        ) }}, 4) as revenue_per_post_high,
        (net_revenue - paid_cost)::decimal(18, 4) as net_margin_before_goods,
        {{ ratio('total_cost', 'orders_any') }} as cost_per_order,
        round(
            combined_reach_organic_as_stated * engagement_rate_by_reach * relevance_score / 100
            * value_per_engagement - total_cost, 4
        )::decimal(18, 4) as outcome
    from joined

)

select * from kpis
