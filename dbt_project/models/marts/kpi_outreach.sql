with pitches as (

    select * from {{ ref('int_creators__pitches') }}

),

counted as (

    select
        batch,
        coalesce(subject, '(unknown)') as subject,
        min({{ reporting_date('sent_at') }}) as first_sent_date,
        max({{ reporting_date('sent_at') }}) as last_sent_date,
        count(*)::bigint as sent,
        count_if(is_opened)::bigint as opened,
        count_if(is_answered)::bigint as answered,
        count_if(is_signed)::bigint as signed,
        count_if(first_posted_at is not null)::bigint as posted,
        count(days_to_answer)::bigint as timed_answers,
        sum(days_to_answer order by days_to_answer)::double as days_to_answer_total,
        median(days_to_answer)::double as days_to_answer_median,
        count(days_to_sign)::bigint as timed_signatures,
        sum(days_to_sign order by days_to_sign)::double as days_to_sign_total,
        median(days_to_sign)::double as days_to_sign_median,
        count(days_to_first_post)::bigint as timed_posts,
        sum(days_to_first_post order by days_to_first_post)::double as days_to_first_post_total,
        median(days_to_first_post)::double as days_to_first_post_median,
        count(revisions)::bigint as revised_posts,
        sum(revisions)::bigint as revisions
    from pitches
    group by all

),

kpis as (

    select
        *,
        {% for step in ['opened', 'answered', 'signed'] -%}
        {{ ratio(step, 'sent') }} as {{ step }}_rate,
        {{ wilson_low(step, 'sent') }} as {{ step }}_rate_low,
        {{ wilson_high(step, 'sent') }} as {{ step }}_rate_high,
        {% endfor -%}
        {{ ratio('days_to_answer_total', 'timed_answers') }} as days_to_answer,
        {{ ratio('days_to_sign_total', 'timed_signatures') }} as days_to_sign,
        {{ ratio('days_to_first_post_total', 'timed_posts') }} as days_to_first_post,
        {{ ratio('revisions', 'revised_posts') }} as revisions_per_post
    from counted

)

select * from kpis
