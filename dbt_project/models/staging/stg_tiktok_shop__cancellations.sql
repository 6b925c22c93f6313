with landed as (

    select * from {{ source('landing', 'tiktok_shop__cancellations') }}

),

renamed as (

    select
        cancel_id,
        order_id,
        cancel_type,
        cancel_status,
        role as cancelled_by,
        cancel_reason,
        to_timestamp(create_time) as asked_at,
        to_timestamp(update_time) as updated_at,
        currency,
        {{ cleaned('refund_total', 'decimal(18, 4)') }} as refund_total_account_currency,
        {{ cleaned('refund_shipping_fee', 'decimal(18, 4)') }} as refund_shipping_fee_account_currency,
        cancel_line_items,
        _pulled_at as pulled_at,
        _pull_id as pull_id,
        _window_start as window_start,
        _account_id as shop_id
    from landed

)

select * from renamed
