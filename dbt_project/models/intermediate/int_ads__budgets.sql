with campaign_states as (

    select * from {{ ref('stg_tiktok_ads__campaign_history') }}

),

adgroup_states as (

    select * from {{ ref('stg_tiktok_ads__adgroup_history') }}

),

modes as (

    select * from {{ ref('budget_modes') }}

),

states as (

    select
        'campaign' as entity,
        campaign_id as entity_id,
        budget_mode,
        budget_account_currency,
        modified_at,
        valid_from,
        valid_to
    from campaign_states
    union all
    select
        'adgroup' as entity,
        adgroup_id as entity_id,
        budget_mode,
        budget_account_currency,
        modified_at,
        valid_from,
        valid_to
    from adgroup_states

),

dated as (

    -- What the first snapshot shows has held since the entity was last modified.
    select
        states.entity,
        states.entity_id,
        modes.budget_period,
        case when modes.budget_period in ('day', 'lifetime') then nullif(states.budget_account_currency, 0) end
            as budget_account_currency,
        case
            when row_number() over (partition by states.entity, states.entity_id order by states.valid_from) = 1
                then least(states.valid_from, timezone('UTC', states.modified_at)::date)
            else states.valid_from
        end as valid_from,
        states.valid_to
    from states
    left join modes on states.budget_mode = modes.budget_mode

)

select * from dated
