-- A view, as a copy would be a sixth of a version; it names no database, as each version has its own name.
-- Spark's tables are read as the files they lie in.
{{
    config(
        materialized='view' if target.type == 'duckdb' else 'table',
        pre_hook="{{ 'use ' ~ this.database if target.type == 'duckdb' else '' }}"
    )
}}
with

papers as (

    select * from {{ ref('papers').include(database=false) }}

),

final as (

    select
        paper_id,
        title,
        coalesce(abstract, '') as abstract,
        coalesce({{ join_list('authors', '; ') }}, '') as authors,
        coalesce({{ join_list('topics', '; ') }}, '') as topics,
        coalesce(organization_name, '') as organization_name,
        organization_id,
        coalesce(first_listed_on, published_on) as dated_on,
        github_url is not null as has_code,
        upvotes,
        score

    from papers

)

select * from final
