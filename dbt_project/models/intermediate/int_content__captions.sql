with videos as (

    select * from {{ ref('int_content__video_days') }}

),

rules as (

    select * from {{ ref('naming_rules') }}

),

names as (

    select distinct
        'post' as entity,
        caption as entity_id,
        caption as entity_name
    from videos

),

found as (

    {{ first_rules() }}

),

told as (

    select
        names.entity_name as caption,
        coalesce(max(found.value) filter (where found.field = 'narration'), '(unnamed)') as narration,
        coalesce(max(found.value) filter (where found.field = 'theme'), '(unnamed)') as theme,
        -- Letters of all scripts, digits and underscores; accents are part of a tag, capitals are not.
        list_sort(list_distinct(regexp_extract_all(
            lower(nfc_normalize(names.entity_name)), '#([\p{L}\p{M}\p{N}_]+)', 1
        ))) as hashtags
    from names
    left join found on names.entity_id = found.entity_id
    group by all

)

select * from told
