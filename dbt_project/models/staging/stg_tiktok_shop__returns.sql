with landed as (

    select * from {{ source('landing', 'tiktok_shop__returns') }}

),

renamed as (

    select
        return_id,
        order_id,
        return_type,
        return_status,
        role as asked_by,
        return_reason,
        to_timestamp(create_time) as asked_at,
        to_timestamp(update_time) as updated_at,
        currency,
        {{ cleaned('refund_total', 'decimal(18, 4)') }} as refund_total_account_currency,
        {{ cleaned('refund_subtotal', 'decimal(18, 4)') }} as refund_subtotal_account_currency,
        {{ cleaned('refund_shipping_fee', 'decimal(18, 4)') }} as refund_shipping_fee_account_currency,
        return_line_items,
        json_array_length(return_line_items) as units,
        _pulled_at as pulled_at,
        _pull_id as pull_id,
        _window_start as window_start,
        _account_id as shop_id
    from landed

)

select * from renamed
