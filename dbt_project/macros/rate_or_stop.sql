{#-
  The rate into the reporting currency: 1 for the reporting currency itself. Where one is missing the
  build stops and says which currency on which day: money left out in silence would understate.
-#}
{% macro rate_or_stop(currency, day, rate) -%}
    case
        when {{ currency }} = '{{ var("reporting_currency") }}' then 1::decimal(18, 8)
        else coalesce({{ rate }}, error(
            'No exchange rate from ' || coalesce({{ currency }}, '?') || ' to {{ var("reporting_currency") }} on '
            || {{ day }} || '. Pull ecb__exchange_rates from ' || ({{ day }} - 7) || ' on, with the currency in'
            || ' RIVAGE_ECB_CURRENCIES, or add a row to seeds/exchange_rates.csv.'
        )::decimal(18, 8))
    end
{%- endmacro %}
