with

state as (

    select * from {{ ref('int_lake__state') }}

),

listing_days as (

    select
        min(listing_date) filter (where status <> 'missing') as first_listing_date,
        max(listing_date) filter (where status <> 'missing') as last_listing_date,
        count(*) filter (where status = 'complete') as complete_days

    from {{ ref('listing_days') }}

),

final as (

    select
        '{{ run_started_at.strftime("%Y%m%dT%H%M%SZ") }}' as version,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp) as built_at,
        '{{ env_var("DBT_GIT_REVISION", "unknown") }}' as git_revision,
        '{{ dbt_version }}' as dbt_version,
        {{ engine_version() }} as duckdb_version,
        (select count(*) from {{ ref('papers') }}) as papers,
        (select count(*) from {{ ref('paper_listings') }}) as paper_listings,
        (select count(*) from {{ ref('paper_observations') }}) as paper_observations,
        (select count(*) from {{ ref('authors') }}) as authors,
        (select count(*) from {{ ref('paper_authors') }}) as paper_authors,
        (select count(*) from {{ ref('organizations') }}) as organizations,
        (select count(*) from {{ ref('topics') }}) as topics,
        listing_days.complete_days,
        listing_days.first_listing_date,
        listing_days.last_listing_date,
        state.has_demo_data

    from state
    cross join listing_days

)

select * from final
