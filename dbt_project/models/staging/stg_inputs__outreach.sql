with landed as (

    select * from {{ source('landing', 'inputs__outreach') }}
    where _window_start = {{ newest_snapshot('inputs__outreach') }}

),

renamed as (

    select
        {{ cleaned('batch') }} as batch,
        creator_sha256,
        {{ cleaned('creator_key') }} as creator_key,
        timezone('{{ var("reporting_timezone") }}', {{ cleaned('sent_at', 'timestamp') }}) as sent_at,
        timezone('{{ var("reporting_timezone") }}', {{ cleaned('opened_at', 'timestamp') }}) as opened_at,
        timezone('{{ var("reporting_timezone") }}', {{ cleaned('answered_at', 'timestamp') }}) as answered_at,
        timezone('{{ var("reporting_timezone") }}', {{ cleaned('signed_at', 'timestamp') }}) as signed_at,
        {{ cleaned('subject') }} as subject,
        {{ cleaned('revisions', 'bigint') }} as revisions,
        timezone('{{ var("reporting_timezone") }}', {{ cleaned('posted_at', 'timestamp') }}) as posted_at,
        _window_start as last_seen_date
    from landed

)

select * from renamed
