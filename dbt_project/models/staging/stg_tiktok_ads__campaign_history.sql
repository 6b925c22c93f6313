{# A table: its tests and readers would otherwise walk every snapshot again. #}
{{ config(materialized="table") }}

with {{ entity_history('tiktok_ads__campaigns', 'campaign_id', [
    'campaign_name',
    'budget_mode',
    'budget',
    'operation_status',
    'secondary_status'
]) }},

renamed as (

    select
        campaign_id,
        advertiser_id,
        {{ cleaned('campaign_name') }} as campaign_name,
        {{ cleaned('budget_mode') }} as budget_mode,
        budget::decimal(18, 4) as budget_account_currency,
        {{ cleaned('operation_status') }} as operation_status,
        {{ cleaned('secondary_status') }} as secondary_status,
        modified_at,
        valid_from,
        valid_to
    from states

)

select * from renamed
