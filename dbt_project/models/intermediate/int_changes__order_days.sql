{#- Orders and refunds as the last build knew them: an order may have moved, or lost a refund, since. -#}
{%- set known = kept_table('int_orders__refunds') -%}
{%- set known_orders = kept_table('int_orders__counted') -%}

with pending as (

    select * from {{ source('ledger', 'pending_windows') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

set_apart as (

    select * from {{ ref('stg_shopify__set_apart') }}

),

changed_orders as (

    select
        orders.order_id,
        {{ reporting_date('orders.ordered_at') }} as order_date,
        orders.refunds
    from orders
    inner join pending on orders.pull_id = pending.pull_id and orders.window_start = pending.window_start
    where pending.stream = 'shopify__orders'
    union
    -- A new rate serves its own day and, over holidays, up to five more.
    select
        orders.order_id,
        {{ reporting_date('orders.ordered_at') }} as order_date,
        orders.refunds
    from orders
    inner join pending
        on {{ reporting_date('orders.ordered_at') }} between pending.window_start and pending.window_start + 5
    where pending.stream = 'ecb__exchange_rates' and orders.shop_currency != '{{ var("reporting_currency") }}'

),

changed_ids as (

    select order_id from changed_orders
    union
    -- What can't be read any more has to leave the days it stood on.
    select set_apart.order_id
    from set_apart
    inner join pending on set_apart.pull_id = pending.pull_id and set_apart.changed_date = pending.window_start
    where pending.stream = 'shopify__orders'

),

orders_before as (

    {%- if known_orders %}
    select order_date
    from {{ known_orders }}
    where order_id in (select changed_ids.order_id from changed_ids)
    {%- else %}
    select null::date as order_date
    from changed_ids
    where false
    {%- endif %}

),

refunds_now as (

    select unnest(refunds ->> '$[*].processedAt')::timestamptz as refunded_at
    from changed_orders
    where refunds::varchar != '[]'

),

refunds_before as (

    {%- if known %}
    select refund_date
    from {{ known }}
    where order_id in (select changed_ids.order_id from changed_ids)
    {%- else %}
    select null::date as refund_date
    where false
    {%- endif %}

),

by_clock as (

    select
        'order' as clock,
        order_date as changed_date
    from changed_orders
    union
    select
        'order' as clock,
        order_date as changed_date
    from orders_before
    union
    select
        'refund' as clock,
        {{ reporting_date('refunded_at') }} as changed_date
    from refunds_now
    union
    select
        'refund' as clock,
        refund_date as changed_date
    from refunds_before

)

select * from by_clock
