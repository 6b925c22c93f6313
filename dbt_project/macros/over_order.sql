{#- Over all touches of an order, earliest first: sums of fractions come out the same in every build. -#}
{% macro over_order(keys=['order_id']) -%}
    over (
        partition by {{ keys | join(', ') }} order by touch_number
        rows between unbounded preceding and unbounded following
    )
{%- endmacro %}
