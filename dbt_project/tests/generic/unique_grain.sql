{#-
  Keys of which the model has several rows, or in which a column is null; also keys of rows where one of the
  `filled` columns is null. One query per model asks all of it: a test of its own per column costs more than
  most models. `day` is the day of a staging model's window; see in_replaced_days.
-#}
{% test unique_grain(model, columns, filled=[], day=none) %}
    select
        {{ columns | join(', ') }},
        count(*) as copies
    from {{ model }}
    where {{ in_replaced_days(model, day) }}
    group by all
    having
        count(*) > 1 or {{ columns | join(' is null or ') }} is null
        {%- for column in filled %} or count(*) > count({{ column }}){% endfor %}
{% endtest %}
