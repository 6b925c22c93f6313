with campaign_days as (

    select
        report_date,
        advertiser_id,
        campaign_id,
        promotion_type,
        coalesce(orders, 0) as orders
    from {{ ref('stg_tiktok_ads__gmv_max_campaign_daily') }}

),

promoted as (

    select distinct report_date, campaign_id, product_id from {{ ref('stg_tiktok_ads__gmv_max_product_daily') }}

),

accounts as (

    select * from {{ ref('stg_tiktok_ads__advertisers') }}

),

orders as (

    -- GMV Max claims what was paid, also when it is cancelled later.
    select * from {{ ref('int_shop_orders__counted') }}
    where is_paid and exclusion_reason is distinct from 'sample' and exclusion_reason is distinct from 'replacement'

),

order_lines as (

    select order_id, product_id, sum(gross_revenue) as gross_revenue from {{ ref('int_shop_orders__lines') }}
    where line_kind = 'product'
    group by all

),

candidates as (

    -- Products promoted outside of rooms, and everything bought in a room.
    select
        campaign_days.*,
        orders.order_id,
        orders.order_date,
        orders.ordered_at,
        orders.is_counted,
        sum(order_lines.gross_revenue)::decimal(18, 4) as promoted_value
    from campaign_days
    inner join accounts on campaign_days.advertiser_id = accounts.advertiser_id
    inner join orders
        on campaign_days.report_date = timezone(accounts.account_timezone, orders.ordered_at)::date
        and (campaign_days.promotion_type = 'LIVE') = (orders.room_id is not null)
    inner join order_lines on orders.order_id = order_lines.order_id
    left join promoted
        on campaign_days.report_date = promoted.report_date
        and campaign_days.campaign_id = promoted.campaign_id
        and order_lines.product_id = promoted.product_id
    where campaign_days.promotion_type = 'LIVE' or promoted.product_id is not null
    group by all

),

numbered as (

    select
        *,
        row_number() over (
            partition by report_date, campaign_id order by is_counted desc, ordered_at asc, order_id asc
        ) <= orders as is_claimed
    from candidates

),

judged as (

    -- Of several campaigns that claim one order the first keeps it.
    select
        report_date,
        advertiser_id,
        campaign_id,
        if(promotion_type = 'LIVE', 'GMV Max LIVE', 'GMV Max product') as scope,
        order_id,
        order_date,
        is_counted,
        promoted_value,
        is_claimed,
        case
            when row_number() over (partition by order_id, is_claimed order by campaign_id) > 1
                then 'claimed by several campaigns'
            when not is_counted then 'cancelled order'
            when order_date != report_date then 'day shift'
            else 'GMV Max halo'
        end as reason
    from numbered

)

select * from judged
