{#- Empty where `stitch_people` is false: then every browser is a person of its own. -#}
with buyers as (

    select * from {{ ref('int_identity__buyers') }}
    where customer_key is not null

),

logins as (

    select * from {{ ref('int_identity__logins') }}

),

customers_of_browsers as (

    -- One customer each, the first: a browser that two people share does not make them one person.
    select
        browser_key,
        arg_min(customer_key, (ordered_at, order_id)) as customer_key,
        min(order_date) as linked_date
    from buyers
    where browser_key is not null
    group by all

),

customers_of_users as (

    select
        user_id_sha256,
        arg_min(customer_key, (ordered_at, order_id)) as customer_key
    from buyers
    where user_id_sha256 is not null
    group by all

),

users_of_browsers as (

    select
        browser_key,
        arg_min(user_id_sha256, (login_date, user_id_sha256)) as user_id_sha256,
        min(login_date) as linked_date
    from logins
    group by all

),

linked as (

    select
        coalesce(bought.browser_key, logged_in.browser_key) as browser_key,
        coalesce(bought.customer_key, known_users.customer_key, 'user|' || logged_in.user_id_sha256) as person_id,
        case
            when bought.customer_key is not null then 'order'
            when known_users.customer_key is not null then 'login of a buyer'
            else 'login'
        end as linked_by,
        -- A link reaches back as far as a visit can count, so that a new one moves no order older than that.
        least(bought.linked_date, logged_in.linked_date) - {{ var('longest_window_days') }} as valid_from
    from customers_of_browsers as bought
    full outer join users_of_browsers as logged_in on bought.browser_key = logged_in.browser_key
    left join customers_of_users as known_users on logged_in.user_id_sha256 = known_users.user_id_sha256

)

select * from linked
where {{ var('stitch_people') }}
