-- The organization that most papers of a person name, the newest paper's where there is a tie.
with

mentions as (

    select
        author_id,
        paper_id

    from {{ ref('paper_authors') }}

),

organizations as (

    select * from {{ ref('int_organizations__mentions') }}

),

entities as (

    select * from {{ ref('int_organizations__entities') }}

),

measures as (

    select * from {{ ref('int_papers__measures') }}

),

counted as (

    select
        mentions.author_id,
        organizations.organization_id,
        row_number() over (
            partition by mentions.author_id
            order by
                count(*) desc, max(measures.dated_on) desc, organizations.organization_id asc
        ) as place

    from mentions
    inner join organizations on mentions.paper_id = organizations.paper_id
    inner join measures on mentions.paper_id = measures.paper_id
    group by mentions.author_id, organizations.organization_id

),

final as (

    select
        counted.author_id,
        entities.name as top_organization_name

    from counted
    inner join entities on counted.organization_id = entities.organization_id
    where counted.place = 1

)

select * from final
