{# A table: its tests and readers would otherwise walk every snapshot again. #}
{{ config(materialized="table") }}

with {{ entity_history('tiktok_ads__ads', 'ad_id', [
    'adgroup_id',
    'campaign_id',
    'ad_name',
    'landing_page_url',
    'tiktok_item_id',
    'operation_status',
    'secondary_status'
]) }},

renamed as (

    select
        ad_id,
        advertiser_id,
        adgroup_id,
        campaign_id,
        {{ cleaned('ad_name') }} as ad_name,
        {{ cleaned('landing_page_url') }} as landing_page_url,
        {{ cleaned('tiktok_item_id') }} as tiktok_item_id,
        {{ cleaned('operation_status') }} as operation_status,
        {{ cleaned('secondary_status') }} as secondary_status,
        valid_from,
        valid_to
    from states

)

select * from renamed
