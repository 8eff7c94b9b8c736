-- One row a paper with author lines: how many, the number of the first one, and who submitted it, as
-- evidence of who its authors are.
with

dates as (

    select * from {{ ref('int_papers__dates') }}

),

submitted as (

    select
        paper_id,
        {{ newest('submitter_username', 'last_observed_at') }} as submitter_username,
        {{ newest('submitter_name', 'last_observed_at') }} as submitter_name

    from {{ ref('int_paper_listings') }}
    where submitter_username is not null
    group by paper_id

),

submitters as (

    -- Who submits everybody's papers tells nothing about their authors.
    select
        *,
        count(*) over (partition by submitter_username)
        > {{ var('identity_curator_share') }} * count(*) over () as is_curator

    from submitted

),

organizations as (

    select
        paper_id,
        min(organization_id) as organization_id

    from {{ ref('int_organizations__mentions') }}
    group by paper_id

),

lines as (

    select
        paper_id,
        count(*) as lines

    from {{ ref('int_authors__mentions') }}
    group by paper_id

),

papers as (

    select
        lines.paper_id,
        lines.lines,
        dates.dated_on,
        submitters.submitter_username,
        {{ fold_name('submitters.submitter_name') }} as folded_submitter_name,
        submitters.is_curator,
        organizations.organization_id,
        -- Mentions are numbered through the papers, the oldest first.
        1 - lines.lines + cast(sum(lines.lines) over (
            order by dates.dated_on nulls last, lines.paper_id
            rows between unbounded preceding and current row
        ) as bigint) as first_mention_number

    from lines
    left join dates on lines.paper_id = dates.paper_id
    left join submitters on lines.paper_id = submitters.paper_id
    left join organizations on lines.paper_id = organizations.paper_id

),

-- As names are, submitters and organizations are numbered by their oldest mention: numbers compare fast.
final as (

    select
        *,
        case
            when not is_curator
                then min(first_mention_number) over (partition by submitter_username)
        end as submitter_number,
        case
            when organization_id is not null
                then min(first_mention_number) over (partition by organization_id)
        end as organization_number

    from papers

)

select * from final
