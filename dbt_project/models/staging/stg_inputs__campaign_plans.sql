with landed as (

    select * from {{ source('landing', 'inputs__campaign_plans') }}
    where _window_start = {{ newest_snapshot('inputs__campaign_plans') }}

),

renamed as (

    select
        {{ cleaned('plan_id') }} as plan_id,
        {{ cleaned('name') }} as plan_name,
        [trim(part) for part in string_split(campaign_ids, ';')] as campaign_ids,
        {{ cleaned('campaign_pattern') }} as campaign_pattern,
        [trim(part) for part in string_split(creator_keys, ';')] as creator_keys,
        {{ cleaned('start_date', 'date') }} as plan_start_date,
        {{ cleaned('end_date', 'date') }} as plan_end_date,
        {{ cleaned('planned_cost', 'decimal(18, 4)') }} as planned_cost_account_currency,
        {{ cleaned('currency') }} as currency,
        {{ cleaned('expected_sessions', 'decimal(18, 4)') }} as expected_sessions,
        {{ cleaned('expected_orders', 'decimal(18, 4)') }} as expected_orders,
        {{ cleaned('expected_revenue', 'decimal(18, 4)') }} as expected_revenue_account_currency,
        [trim(part) for part in string_split(personas, ';')] as personas,
        {{ cleaned('expected_persona_share', 'decimal(9, 6)') }} as expected_persona_share,
        {{ cleaned('goal_metric') }} as goal_metric,
        {{ cleaned('goal_target', 'decimal(18, 4)') }} as goal_target,
        _window_start as last_seen_date
    from landed

)

select * from renamed
