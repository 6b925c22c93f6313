with landed as (

    select * from {{ source('landing', 'matomo__visits') }}

),

renamed as (

    select
        "idSite" || '-' || "idVisit" as visit_key,
        "idSite" as site_id,
        "idVisit" as visit_id,
        {{ matomo_value('"visitorId"') }} as visitor_id,
        user_id_sha256,
        -- Visit times are true UTC; serverTimestamp would be the last action, not the start.
        to_timestamp("firstActionTimestamp") as started_at,
        to_timestamp("lastActionTimestamp") as last_action_at,
        -- An action's time is the site's wall clock written as if it were UTC.
        coalesce(
            make_timestamp(("actionDetails" ->> '$[0].timestamp')::bigint * 1000000)::date,
            _window_start
        ) as visit_date,
        {{ matomo_value('"visitDuration"', 'bigint') }} as duration_seconds,
        {{ matomo_value('actions', 'bigint') }} as actions,
        {{ matomo_value('interactions', 'bigint') }} as interactions,
        {{ matomo_value('"visitorType"') }} as visitor_type,
        {{ matomo_value('"visitCount"', 'bigint') }} as visit_number,
        {{ matomo_value('"daysSinceFirstVisit"', 'bigint') }} as days_since_first_visit,
        coalesce({{ matomo_value('"visitConverted"', 'bigint') }}, 0) > 0 as is_converted,
        {{ matomo_value('"visitEcommerceStatus"') }} as ecommerce_status,
        coalesce({{ matomo_value('"totalEcommerceConversions"', 'bigint') }}, 0) as orders,
        coalesce({{ matomo_value('"totalEcommerceRevenue"', 'decimal(18, 4)') }}, 0) as revenue,
        {{ matomo_value('"siteCurrency"') }} as currency,
        {{ matomo_value('"referrerType"') }} as referrer_type,
        {{ matomo_value('"referrerName"') }} as referrer_name,
        {{ matomo_value('"referrerKeyword"') }} as referrer_keyword,
        {{ matomo_value('"referrerUrl"') }} as referrer_url,
        {{ matomo_value('"campaignSource"') }} as campaign_source,
        {{ matomo_value('"campaignMedium"') }} as campaign_medium,
        -- Without the campaign plugin the name stands in the referrer.
        coalesce(
            {{ matomo_value('"campaignName"') }},
            if("referrerType" = 'campaign', {{ matomo_value('"referrerName"') }}, null)
        ) as campaign_name,
        {{ matomo_value('"campaignId"') }} as campaign_id,
        {{ matomo_value('"campaignContent"') }} as ad_content,
        {{ matomo_value('"campaignKeyword"') }} as campaign_keyword,
        {{ url_param('"actionDetails" ->> \'$[0].url\'', 'ttclid') }} as ttclid,
        {{ matomo_value('"countryCode"') }} as country_code,
        {{ matomo_value('region') }} as region,
        {{ matomo_value('city') }} as city,
        {{ matomo_value('"deviceType"') }} as device_type,
        coalesce({{ matomo_value('"truncatedActionsCount"', 'bigint') }}, 0) as truncated_actions,
        _window_start as window_start,
        _pulled_at as pulled_at
    from landed

)

select * from renamed
