with versions as (

    select * from {{ source('ledger', 'versions') }}

),

releases as (

    select
        version,
        published_at,
        build_id,
        content_sha256,
        git_commit,
        horizon as horizon_date,
        tables::bigint as tables,
        total_rows,
        audit_verdict,
        open_waivers::bigint as open_waivers,
        note
    from versions

)

select * from releases
