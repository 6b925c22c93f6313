-- Each example of seeds/survey_answers.csv is found by its own row first; returns those that are not.
with rules as (

    select * from {{ ref('survey_answers') }}

),

matched as (

    select
        examples.example,
        examples.channel,
        arg_min(rules.channel, (rules.rule_number, rules.channel)) as found_channel,
        bool_or(rules.pattern = examples.pattern) as own_pattern_holds
    from rules as examples
    left join rules
        on regexp_matches(
            trim(regexp_replace(strip_accents(lower(examples.example)), '[^a-z0-9]+', ' ', 'g')), rules.pattern
        )
    group by all

)

select * from matched
where found_channel is distinct from channel or own_pattern_holds is not true
