{#- Whose a touch of the CTE `touches` is, by a left-joined CTE `people`; a browser nobody is known of stands for itself. -#}
{% macro person_of(touches) -%}
    if({{ touches }}.touch_date >= people.valid_from, people.person_id, {{ touches }}.browser_key)
{%- endmacro %}


{#- Whose an order of the CTE `buyers` is: its browser's person, or its customer where no browser was seen. -#}
{% macro person_of_order(buyers) -%}
    coalesce(people.person_id, {{ buyers }}.browser_key{% if var('stitch_people') %}, {{ buyers }}.customer_key{% endif %})
{%- endmacro %}
