{#-
  Credits of a batch by day, model and `keys` (columns or expressions with a name), on both clocks: what was
  ordered and refunded on the day, and what the day's touches brought whenever it was ordered. Reads a CTE
  `credits`; orders without a touch stand on their order day on both clocks.
-#}
{% macro credits_by(keys) -%}
    {%- set measures = ['orders', 'new_customer_orders', 'gross_revenue', 'refunds'] -%}
    select
        report_date,
        model,
        {{ keys.keys() | join(', ') }},
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        sum({{ measure }}_by_touch_day) as {{ measure }}_by_touch_day{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            credit_date as report_date, model,
            {%- for name, value in keys.items() %}
            {{ value }} as {{ name }},
            {%- endfor %}
            {%- for measure in measures %}
            {{ measure }}, 0 as {{ measure }}_by_touch_day{{ ',' if not loop.last }}
            {%- endfor %}
        from credits
        where {{ in_batch('credit_date') }}
        union all
        select
            coalesce(touch_date, order_date) as report_date, model,
            {%- for value in keys.values() %}
            {{ value }},
            {%- endfor %}
            {%- for measure in measures %}
            0, {{ measure }}{{ ',' if not loop.last }}
            {%- endfor %}
        from credits
        where {{ in_batch('coalesce(touch_date, order_date)') }}
    )
    group by all
{%- endmacro %}


{#- Typed measures of both clocks, net revenue and, beside `spend`, the ratios; null sums are 0. -#}
{% macro credit_measures() -%}
    {%- for clock in ['', '_by_touch_day'] %}
    {%- for measure, type in [
        ('orders', 'decimal(18, 6)'), ('new_customer_orders', 'decimal(18, 6)'),
        ('gross_revenue', 'decimal(18, 4)'), ('refunds', 'decimal(18, 4)'),
    ] %}
    coalesce({{ measure }}{{ clock }}, 0)::{{ type }} as {{ measure }}{{ clock }},
    {%- endfor %}
    (coalesce(gross_revenue{{ clock }}, 0) - coalesce(refunds{{ clock }}, 0))::decimal(18, 4) as net_revenue{{ clock }},
    {%- endfor %}
    spend::decimal(18, 4) as spend,
    {%- for clock in ['', '_by_touch_day'] %}
    {{ ratio('coalesce(gross_revenue' ~ clock ~ ', 0)', 'spend') }} as roas{{ clock }},
    {{ ratio('spend', 'coalesce(orders' ~ clock ~ ', 0)') }} as cost_per_order{{ clock }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
