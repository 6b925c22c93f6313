{#-
  The share of a whole number of `units` that falls to a row by its `weight` within `partition`, so
  that the shares of a partition add up exactly: the rounded-down running total up to this row minus
  the one before it. No share is more than one unit off. Where the weights are the units already, each
  row keeps its own. A partition without any weight gives everything to its first row.
-#}
{% macro proportional_share(units, weight, partition, order) -%}
    coalesce(
        {{ units }} * (sum({{ weight }}) over (partition by {{ partition }} order by {{ order }}))::bigint
        // nullif((sum({{ weight }}) over (partition by {{ partition }}))::bigint, 0)
        - {{ units }} * (sum({{ weight }}) over (partition by {{ partition }} order by {{ order }}) - {{ weight }})::bigint
        // nullif((sum({{ weight }}) over (partition by {{ partition }}))::bigint, 0),
        if(row_number() over (partition by {{ partition }} order by {{ order }}) = 1, {{ units }}, 0)
    )
{%- endmacro %}
