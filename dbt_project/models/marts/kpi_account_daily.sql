with account_days as (

    select * from {{ ref('stg_tiktok_organic__account_daily') }}

),

followers as (

    select * from {{ ref('int_account__followers') }}

),

posts as (

    select * from {{ ref('int_account__posts_published') }}

),

status as (

    select * from {{ source('ledger', 'stream_status') }}

),

joined as (

    select
        followers.*,
        account_days.net_followers, account_days.new_followers, account_days.lost_followers,
        account_days.video_views, account_days.viewers, account_days.profile_views,
        account_days.likes, account_days.comments, account_days.shares,
        account_days.likes + account_days.comments + account_days.shares as engagements,
        account_days.engaged_audience, account_days.bio_link_clicks, account_days.email_clicks,
        account_days.phone_number_clicks, account_days.address_clicks,
        account_days.app_download_clicks, account_days.lead_submissions,
        posts.mentions, posts.own_posts, posts.posts_by_others,
        posts.own_post_engagements, posts.posts_by_others_engagements
    from followers
    inner join posts
        on followers.business_id = posts.business_id and followers.report_date = posts.report_date
    left join account_days
        on followers.business_id = account_days.business_id
        and followers.report_date = account_days.report_date
    -- Like every mart, this one ends on the last day that all required streams cover.
    where followers.report_date <= coalesce((select max(status.horizon) from status), followers.report_date)

),

kpis as (

    select
        report_date, business_id,
        followers, followers_is_read, followers_unknown_days::bigint as followers_unknown_days,
        net_followers, new_followers, lost_followers,
        video_views, viewers as reach, profile_views,
        likes, comments, shares, engagements, engaged_audience,
        bio_link_clicks, email_clicks, phone_number_clicks, address_clicks, app_download_clicks, lead_submissions,
        mentions, own_posts, posts_by_others, own_post_engagements, posts_by_others_engagements,
        {{ ratio('net_followers', 'followers - net_followers') }} as follower_growth_rate,
        {{ ratio('engagements', 'video_views') }} as engagement_rate_by_views,
        {{ ratio('engagements', 'viewers') }} as engagement_rate_by_reach,
        {{ ratio('engaged_audience', 'viewers') }} as engaged_audience_rate,
        {{ ratio('bio_link_clicks', 'profile_views') }} as bio_link_click_rate,
        {{ ratio('own_post_engagements', 'own_post_engagements + posts_by_others_engagements') }}
            as share_of_engagement_rate
    from joined

)

select * from kpis
