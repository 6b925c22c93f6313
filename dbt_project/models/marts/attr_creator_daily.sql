with keys as (

    select creator_key from {{ ref('int_creators__profiles') }}

),

days as (

    select * from {{ ref('int_creators__days') }}

),

models as (

    select model from {{ ref('attribution_models') }}

),

credits as (

    -- The source names the creator, else the content; a creators' visit that names no known one is nobody's.
    select
        credited.*,
        coalesce(by_source.creator_key, by_content.creator_key, '(no creator)') as creator_key
    from {{ ref('int_journeys__credits') }} as credited
    left join keys as by_source on lower(credited.source) = lower(by_source.creator_key)
    left join keys as by_content
        on credited.channel = 'Creators' and lower(credited.content) = lower(by_content.creator_key)
    where credited.channel = 'Creators' or by_source.creator_key is not null

),

credited as (

    {{ credits_by({'creator_key': 'creator_key'}) }}

),

account as (

    -- Codes are a dimension of their own: an order with a code may be credited to any channel.
    select
        report_date,
        creator_key,
        sum(fee + samples_cost + shipping_cost + shared_cost + contract_commission) as spend,
        sum(promo_code_orders)::bigint as promo_code_orders,
        sum(promo_code_revenue) as promo_code_revenue
    from days
    group by all

),

account_by_model as (

    select account.*, models.model from account
    cross join models

),

joined as (

    select
        coalesce(credited.report_date, account_by_model.report_date) as report_date,
        coalesce(credited.creator_key, account_by_model.creator_key) as creator_key,
        coalesce(credited.model, account_by_model.model) as model,
        credited.* exclude (report_date, creator_key, model),
        account_by_model.* exclude (report_date, creator_key, model)
    from credited
    full outer join account_by_model
        on credited.report_date = account_by_model.report_date
        and credited.creator_key = account_by_model.creator_key
        and credited.model = account_by_model.model

),

kpis as (

    select
        report_date,
        creator_key,
        model,
        {{ credit_measures() }},
        coalesce(promo_code_orders, 0)::bigint as promo_code_orders,
        coalesce(promo_code_revenue, 0)::decimal(18, 4) as promo_code_revenue
    from joined

),

active as (

    select * from kpis
    where orders != 0 or orders_by_touch_day != 0 or refunds != 0 or coalesce(spend, 0) != 0 or promo_code_orders != 0

)

select * from active
