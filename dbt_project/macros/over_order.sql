{#- Over all touches of an order, earliest first: sums of fractions come out the same in every build. -#}
{% macro over_order() -%}
    over (
        partition by order_id order by touch_number
        rows between unbounded preceding and unbounded following
    )
{%- endmacro %}
