-- One row a paper that names an organization, under one id: the reviewed list first, then the
-- hub's slug; slugs and bare names that show one folded name are one organization.
with

papers as (

    select
        paper_id,
        organization_id as slug,
        organization_name as shown_name,
        {{ fold_text('organization_name') }} as folded_name

    from {{ ref('int_papers__newest_fields') }}
    where organization_id is not null or organization_name is not null

),

reviewed as (

    select
        organization_id,
        coalesce(nullif(canonical_id, ''), organization_id) as canonical_id,
        {{ fold_text('name') }} as folded_name

    from {{ ref('organization_names') }}

),

slugs as (

    select
        papers.slug,
        papers.folded_name,
        coalesce(reviewed.canonical_id, papers.slug) as organization_id,
        reviewed.canonical_id is not null as is_reviewed,
        count(*) as papers

    from papers
    left join reviewed on papers.slug = reviewed.organization_id
    where papers.slug is not null
    group by papers.slug, papers.folded_name, reviewed.canonical_id

),

names as (

    select
        folded_name,
        organization_id,
        is_reviewed,
        papers

    from slugs
    where folded_name is not null

    union all

    select
        folded_name,
        min(canonical_id) as organization_id,
        true as is_reviewed,
        0 as papers

    from reviewed
    group by folded_name

),

ranked_names as (

    select
        folded_name,
        organization_id,
        row_number() over (
            partition by folded_name
            order by is_reviewed desc, papers desc, organization_id asc
        ) as place

    from names

),

reviewed_slugs as (

    select distinct
        slug,
        organization_id

    from slugs
    where is_reviewed

),

final as (

    select
        papers.paper_id,
        papers.shown_name,
        coalesce(
            reviewed_slugs.organization_id,
            ranked_names.organization_id,
            papers.slug,
            papers.folded_name
        ) as organization_id

    from papers
    left join reviewed_slugs on papers.slug = reviewed_slugs.slug
    left join ranked_names
        on papers.folded_name = ranked_names.folded_name and ranked_names.place = 1
    where coalesce(papers.slug, papers.folded_name) is not null

)

select * from final
