with promo_codes as (

    select * from {{ ref('stg_inputs__promo_codes') }}
    where not is_shop_code

),

contracts as (

    select * from {{ ref('stg_inputs__creator_contracts') }}

),

typed_codes as (

    select * from {{ ref('int_orders__codes') }}

),

visit_orders as (

    select * from {{ ref('int_creators__visit_orders') }}

),

counted as (

    select * from {{ ref('int_orders__counted') }}

),

keys as (

    select distinct creator_key from contracts
    union
    select distinct creator_key from promo_codes

),

matched as (

    -- A creator's code out of its dates is nobody's.
    select
        typed_codes.order_id,
        typed_codes.code_number,
        any_value(typed_codes.discount) as discount,
        coalesce(
            max(promo_codes.creator_key) filter (
                where typed_codes.order_date between promo_codes.valid_from_date
                and coalesce(promo_codes.valid_to_date, typed_codes.order_date)
            ),
            '(no creator)'
        ) as creator_key
    from typed_codes
    inner join promo_codes on typed_codes.code = promo_codes.code
    group by all

),

by_code as (

    -- Two creators' codes in one order: the first one the shop lists brought it.
    select
        order_id,
        creator_key as code_creator_key,
        sum(discount) as discount
    from matched
    group by order_id, creator_key
    qualify row_number() over (
        partition by order_id order by creator_key = '(no creator)', min(code_number)
    ) = 1

),

by_visit as (

    -- The source names the creator, else the content; a creators' visit that names no known one is
    -- nobody's.
    select
        visit_orders.order_id,
        coalesce(by_source.creator_key, by_content.creator_key, '(no creator)') as visit_creator_key
    from visit_orders
    left join keys as by_source on visit_orders.source = lower(by_source.creator_key)
    left join keys as by_content on visit_orders.content = lower(by_content.creator_key)
    where
        visit_orders.is_creators_channel
        or by_source.creator_key is not null

),

brought as (

    select
        coalesce(by_code.order_id, by_visit.order_id) as order_id,
        by_code.code_creator_key,
        by_visit.visit_creator_key,
        coalesce(by_code.discount, 0) as discount
    from by_code
    full outer join by_visit on by_code.order_id = by_visit.order_id

),

owned as (

    -- A code says more than a click: whoever types it knows whose it is. Nobody's code leaves the order to
    -- the visit.
    select
        counted.order_id,
        counted.order_date,
        brought.code_creator_key,
        brought.visit_creator_key,
        coalesce(
            nullif(brought.code_creator_key, '(no creator)'), brought.visit_creator_key, '(no creator)'
        ) as creator_key,
        counted.gross_revenue,
        brought.discount::decimal(18, 4) as discount
    from brought
    inner join counted on brought.order_id = counted.order_id
    where counted.is_counted

)

select * from owned
