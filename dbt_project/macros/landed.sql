{#-
  Whether anything of a stream has landed: where a source was never connected, what would count its
  records is unknown, not zero. `any_of` takes several streams that tell the same things.
-#}
{% macro landed(any_of) -%}
    {%- set names = [any_of] if any_of is string else any_of -%}
    exists (
        select 1 from {{ source('ledger', 'stream_status') }} as status
        where status.stream in ('{{ names | join("', '") }}')
    )
{%- endmacro %}
