{#- Pearson's chi square of days with counts x of n at one common rate: from the sum of x * x / n and both totals. -#}
{% macro chi_square(square_sum, successes, trials) -%}
    coalesce({{ ratio(
        square_sum ~ ' - ' ~ ratio(successes ~ '::double * ' ~ successes, trials),
        ratio(successes, trials) ~ ' * (1 - ' ~ ratio(successes, trials) ~ ')'
    ) }}, 0)
{%- endmacro %}
