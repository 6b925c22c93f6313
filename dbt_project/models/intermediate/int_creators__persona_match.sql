with profiles as (

    select * from {{ ref('int_creators__profiles') }}

),

persona_words as (

    select * from {{ ref('persona_words') }}

),

wanted as (

    select
        profiles.creator_key,
        max(persona_words.gender) as gender,
        max(persona_words.min_age) as min_age,
        min(persona_words.max_age) as max_age
    from profiles
    inner join persona_words on regexp_matches(lower(profiles.persona), persona_words.pattern)
    group by all

),

listed_ages as (

    select
        creator_key,
        unnest(from_json(audience_ages, '[{"age": "VARCHAR", "percentage": "DOUBLE"}]')) as band
    from profiles

),

ages as (

    -- "25-34" ends at 34, "35+" never.
    select
        creator_key,
        band.percentage as audience,
        regexp_extract(band.age, '\d+')::integer as first_age,
        nullif(regexp_extract(band.age, '-\s*(\d+)', 1), '')::integer as last_age
    from listed_ages
    where regexp_matches(band.age, '\d')

),

age_matches as (

    -- Only bands that lie wholly inside the persona's ages: what TikTok One cuts elsewhere is a floor.
    select
        ages.creator_key,
        coalesce({{ ratio(
            'sum(ages.audience) filter (where ages.first_age >= coalesce(wanted.min_age, 0)
            and coalesce(ages.last_age, 999) <= coalesce(wanted.max_age, 999))',
            'sum(ages.audience)'
        ) }}, 0) as audience_share
    from ages
    inner join wanted on ages.creator_key = wanted.creator_key
    where wanted.min_age is not null or wanted.max_age is not null
    group by all

),

listed_genders as (

    select
        creator_key,
        unnest(from_json(audience_genders, '[{"gender": "VARCHAR", "percentage": "DOUBLE"}]')) as band
    from profiles

),

gender_matches as (

    select
        listed_genders.creator_key,
        coalesce({{ ratio(
            'sum(listed_genders.band.percentage) filter (where upper(listed_genders.band.gender) = wanted.gender)',
            'sum(listed_genders.band.percentage)'
        ) }}, 0) as audience_share
    from listed_genders
    inner join wanted on listed_genders.creator_key = wanted.creator_key
    where wanted.gender is not null
    group by all

),

matched as (

    -- TikTok gives ages and genders apart: both together are taken as independent of each other.
    select
        wanted.creator_key,
        age_matches.audience_share as persona_age_share,
        gender_matches.audience_share as persona_gender_share,
        case
            when (wanted.min_age is null and wanted.max_age is null) then gender_matches.audience_share
            when wanted.gender is null then age_matches.audience_share
            else age_matches.audience_share * gender_matches.audience_share
        end as persona_match_share
    from wanted
    left join age_matches on wanted.creator_key = age_matches.creator_key
    left join gender_matches on wanted.creator_key = gender_matches.creator_key

)

select * from matched
