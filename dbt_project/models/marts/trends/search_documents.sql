-- A view: a copy would be a sixth of a version.
{{ config(materialized=view_of_marts(), pre_hook="{{ use_own_database() }}") }}
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
