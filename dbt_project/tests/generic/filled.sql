{#-
  Rows in which one of the columns is null; for models whose rows have no key. `day` is the day of a staging
  model's window; see in_replaced_days.
-#}
{% test filled(model, columns, day=none) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    where
        {{ in_replaced_days(model, day) }}
        and ({{ columns | join(' is null or ') }} is null)
{% endtest %}
