with landed as (

    select * from {{ source('landing', 'matomo__visits') }}

),

visits as (

    select
        "idSite" || '-' || "idVisit" as visit_key,
        "idSite" as site_id,
        _window_start as window_start,
        "firstActionTimestamp" as first_epoch,
        "lastActionTimestamp" as last_epoch,
        "actionDetails"::json[] as action_list
    from landed
    where "actionDetails" is not null

),

with_offsets as (

    -- An action's time is the site's wall clock written as if it were UTC. Visit times are true
    -- UTC, so the first and the last action tell the site's offset when the visit began and ended.
    select
        *,
        (action_list[1] ->> '$.timestamp')::bigint - first_epoch as offset_at_start,
        (action_list[-1] ->> '$.timestamp')::bigint - last_epoch as offset_at_end
    from visits

),

unnested as (

    select
        visit_key,
        site_id,
        window_start,
        first_epoch,
        last_epoch,
        offset_at_start,
        -- Of a cut list the last action is not the visit's last: no offset is that odd.
        if(offset_at_end % 900 = 0, offset_at_end, offset_at_start) as offset_at_end,
        unnest(action_list) as action,
        generate_subscripts(action_list, 1) as position
    from with_offsets

),

timed as (

    select
        *,
        (action ->> '$.timestamp')::bigint as shifted_epoch
    from unnested

),

renamed as (

    select
        visit_key || '-' || position as action_key,
        visit_key,
        site_id,
        window_start,
        position,
        -- The clock change in the middle of a visit: only one of the two offsets fits inside it.
        to_timestamp(
            if(
                shifted_epoch - offset_at_start between first_epoch and last_epoch,
                shifted_epoch - offset_at_start,
                shifted_epoch - offset_at_end
            )
        ) as action_at,
        action ->> '$.type' as action_type,
        {{ matomo_value("action ->> '$.url'") }} as url,
        {{ matomo_value("action ->> '$.pageTitle'") }} as page_title,
        {{ matomo_value("action ->> '$.eventCategory'") }} as event_category,
        {{ matomo_value("action ->> '$.eventAction'") }} as event_action,
        {{ matomo_value("action ->> '$.eventName'") }} as event_name,
        {{ matomo_value("action ->> '$.goalName'") }} as goal_name,
        {{ matomo_value("action ->> '$.orderId'") }} as order_id,
        {{ matomo_value("action ->> '$.revenue'", 'decimal(18, 4)') }} as revenue,
        {{ matomo_value("action ->> '$.items'", 'bigint') }} as items
    from timed

)

select * from renamed
