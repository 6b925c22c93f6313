with texts as (

    select * from {{ ref('int_comments__texts') }}
    where not is_by_brand

),

newest_products as (

    select distinct
        product_id,
        product_title
    from {{ ref('stg_shopify__products') }}
    qualify snapshot_date = max(snapshot_date) over (partition by shop_id, product_id)

),

products as (

    -- A title sold in two shops is one subject.
    select
        product_title,
        min(product_id) as product_id
    from newest_products
    group by all

),

aliases as (

    select * from {{ ref('mention_aliases') }}

),

names as (

    select
        product_title as subject,
        {{ bare_words('product_title') }} as words
    from products
    union
    select
        subject,
        {{ bare_words('alias') }} as words
    from aliases

),

bare_texts as (

    select
        text_key,
        surface,
        {{ bare_words('said_text') }} as words
    from texts

),

named as (

    select
        bare_texts.text_key,
        names.subject
    from bare_texts
    inner join names on contains(bare_texts.words, names.words)
    where trim(names.words) != ''
    union
    -- These posts speak of the brand whatever their caption says: they tag it or carry its hashtag.
    select
        text_key,
        '(brand)' as subject
    from bare_texts
    where surface in ('mention_caption', 'hashtag_caption')

),

with_product as (

    select
        named.text_key,
        named.subject,
        products.product_id
    from named
    left join products on named.subject = products.product_title

)

select * from with_product
