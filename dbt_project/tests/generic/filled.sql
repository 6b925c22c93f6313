{#- Rows in which one of the columns is null; for models whose rows have no key. -#}
{% test filled(model, columns) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    where {{ columns | join(' is null or ') }} is null
{% endtest %}
