{#-
  Select list that sums int_web__visits: counts of visits and their steps are additive, people (browsers)
  are distinct within the row only. A person reached a step who did it or got further, so that lost events
  cannot make a funnel grow; sessions and events are counted as they happened.
-#}
{% macro visit_measures() -%}
    {%- set bought = 'purchases > 0' -%}
    {%- set paid = 'begin_checkout_events > 0 or ' ~ bought -%}
    {%- set carted = 'add_to_cart_events > 0 or ' ~ paid -%}
    {%- set viewed = 'view_item_events > 0 or ' ~ carted -%}
        count(*) as sessions,
        count(*) filter (where is_engaged) as engaged_sessions,
        count(*) filter (where not is_engaged) as bounced_sessions,
        count(*) filter (where is_new_user) as new_user_sessions,
        count(*) filter (where not is_new_user) as returning_user_sessions,
        sum(page_views)::bigint as page_views,
        (sum(engagement_msec) / 1000)::double as engagement_seconds,
        (sum(duration_msec) / 1000)::double as duration_seconds,
        count(*) filter (where view_item_events > 0) as view_item_sessions,
        count(*) filter (where add_to_cart_events > 0) as add_to_cart_sessions,
        count(*) filter (where begin_checkout_events > 0) as begin_checkout_sessions,
        count(*) filter (where {{ bought }}) as purchase_sessions,
        sum(view_item_events)::bigint as view_item_events,
        sum(add_to_cart_events)::bigint as add_to_cart_events,
        sum(begin_checkout_events)::bigint as begin_checkout_events,
        sum(purchases)::bigint as purchase_events,
        sum(purchase_events_removed)::bigint as purchase_events_removed,
        sum(orders)::bigint as orders,
        sum(gross_revenue)::decimal(18, 4) as gross_revenue,
        count(distinct user_pseudo_id) as people,
        count(distinct user_pseudo_id) filter (where {{ viewed }}) as view_item_people,
        count(distinct user_pseudo_id) filter (where {{ carted }}) as add_to_cart_people,
        count(distinct user_pseudo_id) filter (where {{ paid }}) as begin_checkout_people,
        count(distinct user_pseudo_id) filter (where {{ bought }}) as purchase_people
{%- endmacro %}
