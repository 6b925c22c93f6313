{#- One parameter of a URL's query, decoded; null when absent or empty. URLs without '?' cost nothing. -#}
{% macro url_param(url, key) -%}
    case
        when contains({{ url }}, '?') then nullif(
            url_decode(replace(regexp_extract({{ url }}, '[?&]{{ key }}=([^&#]*)', 1), '+', ' ')), ''
        )
    end
{%- endmacro %}
