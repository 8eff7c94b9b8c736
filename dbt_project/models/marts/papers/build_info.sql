{%- set tables = [
    'papers', 'paper_listings', 'paper_observations', 'paper_titles', 'paper_aliases', 'paper_links',
    'paper_scale_claims', 'submitters', 'field_months', 'listing_days', 'listing_observations',
    'quarantined_records',
    'authors', 'author_links', 'author_months', 'paper_authors', 'coauthors', 'organizations',
    'organization_months', 'topics', 'paper_topics', 'topic_weeks', 'trending_papers',
    'what_is_special', 'search_documents', 'metrics_glossary'
] %}
with

state as (

    select * from {{ ref('int_lake__state') }}

),

days as (

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
        {%- for table in tables %}
        (select count(*) from {{ ref(table) }}) as {{ table }},
        {%- endfor %}
        days.complete_days,
        days.first_listing_date,
        days.last_listing_date,
        state.has_demo_data

    from state
    cross join days

)

select * from final
