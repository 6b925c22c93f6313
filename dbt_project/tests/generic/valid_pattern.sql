{#- Patterns that match even where there is nothing; one that is no regular expression stops the test and is named. -#}
{% test valid_pattern(model, column) %}
    select {{ column }}
    from {{ model }}
    where {{ column }} is null or regexp_matches('', {{ column }})
{% endtest %}
