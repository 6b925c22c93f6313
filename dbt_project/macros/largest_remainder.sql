{#-
  The share of a whole number of `units` that falls to a row by its `weight` (the weights of a `partition`
  add up to 1), so that the shares add up exactly: everyone gets the rounded-down share, the units left
  over go one each to the largest remainders, among equal ones to the first by `order`.
-#}
{% macro largest_remainder(units, weight, partition, order) -%}
    (
        floor({{ units }} * {{ weight }})::bigint
        + (
            row_number() over (
                partition by {{ partition }}
                order by round({{ units }} * {{ weight }} - floor({{ units }} * {{ weight }}), 9) desc, {{ order }}
            ) <= {{ units }} - sum(floor({{ units }} * {{ weight }})::bigint) over (partition by {{ partition }})
        )::bigint
    )
{%- endmacro %}


{#- A row's share of its entry under its model; `units` are of 10^-`digits`. -#}
{% macro share_of(units, digits) -%}
    ({{ largest_remainder(units, 'weight', 'entry_id, model', 'touch_number desc') }}
        * {{ '0.' ~ '0' * (digits - 1) ~ '1' }}::decimal({{ digits + 1 }}, {{ digits }}))::decimal(18, {{ digits }})
{%- endmacro %}
