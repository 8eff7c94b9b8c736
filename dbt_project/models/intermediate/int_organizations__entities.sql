-- One row an organization: its name, and where the reviewed list or the name tells, its parent and
-- kind.
with

mentions as (

    select * from {{ ref('int_organizations__mentions') }}

),

reviewed as (

    select * from {{ ref('organization_names') }}

),

counted as (

    select
        organization_id,
        shown_name,
        row_number() over (
            partition by organization_id
            order by shown_name is null, count(*) desc, shown_name asc
        ) as place

    from mentions
    group by organization_id, shown_name

),

named as (

    select
        organization_id,
        coalesce(shown_name, organization_id) as shown_name

    from counted
    where place = 1

),

folded as (

    select
        named.organization_id,
        coalesce(reviewed.name, named.shown_name) as name,
        nullif(reviewed.parent_name, '') as parent_name,
        nullif(reviewed.kind, '') as kind,
        ' ' || {{ fold_text('coalesce(reviewed.name, named.shown_name)') }} || ' ' as folded_name

    from named
    left join reviewed on named.organization_id = reviewed.organization_id

),

final as (

    select
        organization_id,
        name,
        parent_name,
        case
            when kind is not null then kind
            when {{ matches('folded_name', ' (lab|labs|laboratory|group) ') }} then 'lab'
            when {{ matches('folded_name', 'universi| institute of technology | college ') }}
                then 'university'
        end as kind

    from folded

)

select * from final
