with experiments as (

    select
        experiment_id,
        pre_period_start_date,
        experiment_end_date,
        unnest(scope) as scope_item
    from {{ ref('stg_inputs__experiments') }}

),

campaigns as (

    select * from {{ ref('stg_tiktok_ads__campaigns') }}

),

spent as (

    select * from {{ ref('int_ads__spend') }}

),

scopes as (

    -- Each campaign once, by whatever items of the scope name it.
    select distinct
        experiments.experiment_id,
        campaigns.campaign_id
    from experiments
    inner join campaigns
        on lower(experiments.scope_item) in ('all', campaigns.campaign_id, lower(campaigns.campaign_name))

),

by_day as (

    select
        experiments.experiment_id,
        spent.report_date,
        coalesce(sum(spent.spend) filter (where scopes.campaign_id is not null), 0)::decimal(18, 4) as spend,
        sum(spent.spend)::decimal(18, 4) as total_spend
    from (select distinct experiment_id, pre_period_start_date, experiment_end_date from experiments) as experiments
    inner join spent
        on spent.report_date between experiments.pre_period_start_date and experiments.experiment_end_date
    left join scopes
        on experiments.experiment_id = scopes.experiment_id and spent.campaign_id = scopes.campaign_id
    where experiments.experiment_id in (select in_scope.experiment_id from scopes as in_scope)
    group by all

)

select * from by_day
