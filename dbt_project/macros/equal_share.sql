{#-
  The share that one of `parts` equal shares gets of a whole number of units, so that the
  shares add up exactly: everyone gets the floor, the units left over (fewer than `parts`)
  go one each to the shares with the lowest `rank` (1 = first). This is the largest-remainder
  rule for equal weights, in integers.
-#}
{% macro equal_share(units, parts, rank) -%}
    ({{ units }} // {{ parts }} + if({{ rank }} <= {{ units }} % {{ parts }}, 1, 0))
{%- endmacro %}
