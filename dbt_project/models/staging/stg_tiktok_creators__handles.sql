-- Two narrow columns of all snapshots: older ones are read for nothing else.
with creators as (

    select * from {{ source('landing', 'tiktok_creators__creators') }}

),

posts as (

    select * from {{ source('landing', 'tiktok_creators__posts') }}

),

shown as (

    select creator_id, handle_sha256 as creator_sha256 from creators
    union
    select creator_id, creator_handle_sha256 as creator_sha256 from posts

)

select * from shown
where creator_sha256 is not null
