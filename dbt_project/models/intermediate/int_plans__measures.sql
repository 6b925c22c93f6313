with totals as (

    select * from {{ ref('int_plans__totals') }}

),

persona_shares as (

    select * from {{ ref('int_plans__persona_shares') }}

),

valued as (

    select
        plan_id,
        scope,
        member,
        map {
            'cost': (ad_spend + creator_cost)::double,
            'ad_spend': ad_spend::double,
            'creator_cost': creator_cost::double,
            'impressions': impressions::double,
            'clicks': clicks::double,
            'sessions': sessions::double,
            'orders': orders::double,
            'new_customer_orders': new_customer_orders::double,
            'gross_revenue': gross_revenue::double,
            'conversion_rate': {{ ratio('orders', 'sessions') }},
            'cost_per_session': {{ ratio('ad_spend + creator_cost', 'sessions') }},
            'cost_per_order': {{ ratio('ad_spend + creator_cost', 'orders') }},
            'roas': {{ ratio('gross_revenue', 'ad_spend + creator_cost') }},
            'active_days': active_days::double,
            'overrun_days': overrun_days::double
        } as found
    from totals
    union all
    select
        plan_id,
        'persona' as scope,
        persona as member,
        map {
            'persona_impression_share': if(is_known, {{ ratio('persona_impressions', 'impressions') }}, null),
            'persona_conversion_share': if(is_known, {{ ratio('persona_conversions', 'conversions') }}, null)
        } as found
    from persona_shares

),

unpivoted as (

    select
        plan_id,
        scope,
        member,
        unnest(map_keys(found)) as measure,
        unnest(map_values(found)) as actual
    from valued

),

measures as (

    select * from unpivoted
    where
        scope != 'creator'
        or measure not in ('active_days', 'overrun_days', 'ad_spend', 'impressions', 'clicks')

)

select * from measures
