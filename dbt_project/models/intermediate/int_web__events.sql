{{ config(materialized='days', meta={
    'day_column': 'event_date', 'subjects': ['ga4_export__events'], 'days_per_batch': 7
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with exported as (

    select * from {{ ref('stg_ga4_export__events') }}

),

keyed as not materialized (

    -- Without a batch index or a user the key is not enough to call two events the same:
    -- their parameters must agree as well.
    select
        *,
        row(
            property_id, event_date, stream_id, user_pseudo_id, event_at, event_name,
            event_bundle_sequence_id, batch_event_index,
            if(batch_event_index is null or user_pseudo_id is null, hash(event_params), null)
        ) as event_key
    from exported
    where {{ in_batch('event_date') }}

),

repeated as (

    select hash(event_key) as key_hash
    from keyed
    group by all
    having count(*) > 1

),

deduplicated as (

    -- Only the few repeated events are ranked; ranking all would sort the whole export.
    select *, 1 as copies from keyed
    where hash(event_key) not in (select repeated.key_hash from repeated)
    union all
    select *, count(*) over (partition by event_key) as copies from keyed
    where hash(event_key) in (select repeated.key_hash from repeated)
    qualify row_number() over (
        partition by event_key
        order by pulled_at desc, pull_id desc, hash(event_params, click, ecommerce)
    ) = 1

),

with_params as (

    select
        property_id,
        event_date,
        event_at,
        event_name,
        user_pseudo_id, user_id_sha256,
        stream_id,
        platform,
        batch_page_id,
        batch_ordering_id,
        batch_event_index,
        copies,
        click,
        ecommerce,
        {{ event_param('ga_session_id') }}.int_value as ga_session_id,
        {{ event_param('ga_session_number') }}.int_value as ga_session_number,
        {{ event_param('page_location') }}.string_value as page_location,
        {{ event_param('source') }}.string_value as param_source,
        {{ event_param('medium') }}.string_value as param_medium,
        {{ event_param('campaign') }}.string_value as param_campaign,
        {{ event_param('campaign_id') }}.string_value as param_campaign_id,
        {{ event_param('content') }}.string_value as param_content,
        {{ event_param('term') }}.string_value as param_term,
        {{ event_param('ignore_referrer') }}.string_value as ignore_referrer,
        {{ event_param('transaction_id') }}.string_value as param_transaction_id,
        {{ event_param('engagement_time_msec') }}.int_value as engagement_msec,
        -- Sent as text "1" by some libraries and as the number 1 by others.
        coalesce(
            {{ event_param('session_engaged') }}.string_value,
            {{ event_param('session_engaged') }}.int_value::varchar
        ) = '1' as is_session_engaged
    from deduplicated

),

with_sources as (

    -- What arrived with the event first, then GA4's own parameters, then the URL.
    select
        *,
        user_pseudo_id || '|' || coalesce(stream_id, '') || '|' || ga_session_id as session_key,
        case when click.gclid is not null then 'google' else lower(coalesce(
            {{ cleaned('click.manual_source') }}, {{ cleaned('param_source') }},
            {{ url_param('page_location', 'utm_source') }}
        )) end as source,
        case when click.gclid is not null then 'cpc' else lower(coalesce(
            {{ cleaned('click.manual_medium') }}, {{ cleaned('param_medium') }},
            {{ url_param('page_location', 'utm_medium') }}
        )) end as medium,
        lower(coalesce(
            {{ cleaned('click.manual_campaign_name') }}, {{ cleaned('param_campaign') }},
            {{ url_param('page_location', 'utm_campaign') }}
        )) as campaign_name,
        coalesce(
            {{ cleaned('click.manual_campaign_id') }}, {{ cleaned('param_campaign_id') }},
            {{ url_param('page_location', 'utm_id') }}
        ) as campaign_id,
        coalesce(
            {{ cleaned('click.manual_content') }}, {{ cleaned('param_content') }},
            {{ url_param('page_location', 'utm_content') }}
        ) as content,
        coalesce(
            {{ cleaned('click.manual_term') }}, {{ cleaned('param_term') }},
            {{ url_param('page_location', 'utm_term') }}
        ) as term,
        {{ url_param('page_location', 'ttclid') }} as ttclid,
        split_part(split_part(page_location, '?', 1), '#', 1) as page,
        nullif(
            coalesce({{ cleaned('ecommerce.transaction_id') }}, {{ cleaned('param_transaction_id') }}),
            '(not set)'
        ) as transaction_id
    from with_params

),

chosen as (

    select
        * exclude (
            click, ecommerce, page_location, param_source, param_medium, param_campaign,
            param_campaign_id, param_content, param_term, param_transaction_id
        )
    from with_sources

)

select * from chosen
