with {{ marked_snapshots('tiktok_creators__posts', ['campaign_id', 'video_id']) }},

renamed as (

    select
        campaign_id,
        video_id as item_id,
        _account_id as tiktok_one_account_id,
        _window_start as snapshot_date,
        _is_newest as is_newest,
        creator_id,
        creator_handle_sha256,
        -- 1970-01-01 stands for a post that was never boosted.
        nullif(cast({{ cleaned('video_boosted_date') }} as timestamp), timestamp '1970-01-01') as boosted_at_utc,
        {%- for count in ['video_views', 'likes', 'comments', 'shares', 'favorites', 'reach'] %}
        {%- for part in ['', '_organic', '_paid'] %}
        {{ cleaned(count ~ part, 'bigint') }} as {{ count ~ part }},
        {%- endfor %}
        {%- endfor %}
        {{ cleaned('engagement_count', 'bigint') }} as engagements,
        {%- for part in ['', '_organic', '_paid'] %}
        {{ cleaned('engagement_rate' ~ part, 'double') }} as engagement_rate{{ part }},
        {{ cleaned('video_completion_rate' ~ part, 'double') }} as completion_rate{{ part }},
        {{ cleaned('average_view_time' ~ part, 'double') }} as average_seconds_watched{{ part }},
        {%- endfor %}
        -- Shares of views, in spite of their names.
        {{ cleaned('two_seconds_views', 'double') }} as two_seconds_rate,
        {{ cleaned('organic_two_seconds_views', 'double') }} as two_seconds_rate_organic,
        {{ cleaned('paid_two_seconds_views', 'double') }} as two_seconds_rate_paid,
        {{ cleaned('six_seconds_views', 'double') }} as six_seconds_rate,
        {{ cleaned('organic_six_seconds_views', 'double') }} as six_seconds_rate_organic,
        {{ cleaned('paid_six_seconds_views', 'double') }} as six_seconds_rate_paid,
        {{ cleaned('total_play_time', 'bigint') }} as watched_seconds,
        {{ cleaned('ad_impressions', 'bigint') }} as ad_impressions,
        {{ cleaned('ad_clicks', 'bigint') }} as ad_clicks,
        {{ cleaned('ad_conversions', 'bigint') }} as ad_conversions,
        {{ cleaned('ad_cost', 'decimal(18, 4)') }} as ad_cost_account_currency,
        video_views_by_source,
        anchor_metrics,
        daily_stats
    from deduplicated

)

select * from renamed
