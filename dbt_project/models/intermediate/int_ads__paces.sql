with campaign_days as (

    select * from {{ ref('stg_tiktok_ads__campaign_daily') }}

),

adgroup_days as (

    select * from {{ ref('stg_tiktok_ads__adgroup_daily') }}

),

budgets as (

    select * from {{ ref('int_ads__budgets') }}

),

facts as (

    select * from {{ ref('int_ads__entity_facts') }}

),

covered as (

    select
        advertiser_id,
        min(valid_from) as first_date
    from {{ ref('int_ads__account_rates') }}
    group by all

),

spent as (

    select
        'campaign' as entity,
        campaign_id as entity_id,
        advertiser_id,
        report_date,
        spend_account_currency
    from campaign_days
    union all
    select
        'adgroup' as entity,
        adgroup_id as entity_id,
        advertiser_id,
        report_date,
        spend_account_currency
    from adgroup_days

),

to_date as (

    select
        *,
        sum(spend_account_currency) over (
            partition by entity, entity_id order by report_date
        ) as spend_to_date
    from spent

),

budgeted as (

    select
        to_date.*,
        budgets.budget_period,
        budgets.budget_account_currency
    from to_date
    inner join budgets
        on to_date.entity = budgets.entity
        and to_date.entity_id = budgets.entity_id
        and to_date.report_date between budgets.valid_from and coalesce(budgets.valid_to, date '2999-12-31')

),

paced as (

    -- A lifetime budget's spend is known only if the reports reach back to its first day.
    select
        budgeted.entity,
        budgeted.entity_id,
        budgeted.report_date,
        budgeted.budget_period,
        budgeted.budget_account_currency,
        case
            when budgeted.budget_period = 'day' then budgeted.spend_account_currency
            when budgeted.budget_period = 'lifetime' and facts.scheduled_from >= covered.first_date
                then budgeted.spend_to_date
        end::decimal(18, 4) as budget_spent_account_currency,
        case
            when budgeted.budget_period = 'day' then 1.0::double
            when budgeted.budget_period = 'lifetime'
                then {{ ratio(
                    'greatest(least(budgeted.report_date, facts.scheduled_to) - facts.scheduled_from + 1, 0)',
                    'facts.scheduled_to - facts.scheduled_from + 1'
                ) }}
        end as budget_expected_share
    from budgeted
    left join facts on budgeted.entity = facts.entity and budgeted.entity_id = facts.entity_id
    left join covered on budgeted.advertiser_id = covered.advertiser_id

)

select * from paced
