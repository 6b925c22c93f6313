with landed as (

    select * from {{ source('landing', 'inputs__channel_rules') }}
    where _window_start = {{ newest_snapshot('inputs__channel_rules') }}

),

renamed as (

    select
        {{ cleaned('priority', 'integer') }} as priority,
        {{ cleaned('channel') }} as channel,
        {{ cleaned('source_pattern') }} as source_pattern,
        {{ cleaned('medium_pattern') }} as medium_pattern,
        {{ cleaned('campaign_pattern') }} as campaign_pattern,
        _window_start as last_seen_date
    from landed

)

select * from renamed
