{#-
  Bound of the 95 % interval of a ratio of two rates x1/n1 : x0/n0. The logarithm of the ratio is taken
  for normal with variance (1 - p1) / x1 + (1 - p0) / x0 (Katz and others, 1978), times the
  overdispersion: how many times more the days differ among themselves than chance alone explains.
  Null where one of the two counts is 0.
-#}
{% macro rate_change_bound(sign, x1, n1, x0, n0, overdispersion) -%}
    case when {{ x1 }} > 0 and {{ x0 }} > 0 then
        {{ ratio(ratio(x1, n1), ratio(x0, n0)) }} * exp({{ sign }}1.959964 * sqrt({{ overdispersion }} * (
            (1 - {{ ratio(x1, n1) }}) / {{ x1 }} + (1 - {{ ratio(x0, n0) }}) / {{ x0 }}
        ))) end
{%- endmacro %}
