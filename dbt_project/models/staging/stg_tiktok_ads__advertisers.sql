with {{ newest_snapshots('tiktok_ads__advertisers', ['advertiser_id'], 'status') }},

renamed as (

    select
        advertiser_id,
        {{ cleaned('name') }} as advertiser_name,
        {{ cleaned('currency') }} as account_currency,
        {{ cleaned('display_timezone') }} as account_timezone,
        {{ cleaned('country') }} as country,
        {{ cleaned('status') }} as status,
        _window_start as last_seen_date,
        _is_deleted as is_deleted
    from newest

)

select * from renamed
