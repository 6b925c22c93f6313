with landed as (

    select * from {{ source('landing', 'tiktok_shop__orders') }}

),

renamed as (

    select
        id as order_id,
        status as order_status,
        to_timestamp(create_time) as created_at,
        to_timestamp(update_time) as updated_at,
        to_timestamp(paid_time) as paid_at,
        to_timestamp(rts_time) as handed_over_at,
        to_timestamp(delivery_time) as delivered_at,
        to_timestamp(cancel_time) as cancelled_at,
        cancel_reason,
        cancellation_initiator as cancelled_by,
        user_id_sha256 as buyer_id_sha256,
        buyer_email_sha256,
        region_code as country_code,
        is_sample_order as is_sample,
        is_replacement_order as is_replacement,
        {{ cleaned('replaced_order_id') }} as replaced_order_id,
        currency,
        {{ cleaned('sub_total', 'decimal(18, 4)') }} as subtotal_account_currency,
        {{ cleaned('shipping_fee', 'decimal(18, 4)') }} as shipping_fee_account_currency,
        {{ cleaned('seller_discount', 'decimal(18, 4)') }} as seller_discount_account_currency,
        {{ cleaned('platform_discount', 'decimal(18, 4)') }} as platform_discount_account_currency,
        {{ cleaned('tax', 'decimal(18, 4)') }} as tax_account_currency,
        {{ cleaned('total_amount', 'decimal(18, 4)') }} as total_account_currency,
        line_items,
        _pulled_at as pulled_at,
        _pull_id as pull_id,
        _window_start as window_start,
        _account_id as shop_id
    from landed

)

select * from renamed
