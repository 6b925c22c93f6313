{#-
  The path of a page's address: no host, no query (utm_... and click ids), no fragment, no slash at the
  end; "(not set)" where there is no page.
-#}
{% macro page_path(url) -%}
    coalesce(
        coalesce(
            nullif(rtrim(regexp_replace({{ url }}, '^[a-zA-Z]+://[^/?#]*|[?#].*$', '', 'g'), '/'), ''),
            if({{ url }} is not null and trim({{ url }}) not in ('', '(not set)'), '/', null)
        ),
        '(not set)'
    )
{%- endmacro %}
