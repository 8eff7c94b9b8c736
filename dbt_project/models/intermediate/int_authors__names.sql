-- One row a mention, numbered from the oldest paper's, with what is known of it before any linking:
-- the folded name, the hub account that is certainly its own, and how common the name is.
with

mentions as (

    select
        mentions.*,
        namesakes.folded_name,
        namesakes.matched_name,
        namesakes.is_team,
        namesakes.namesakes

    from {{ ref('int_authors__mentions') }} as mentions
    inner join {{ ref('int_authors__namesakes') }} as namesakes on mentions.name = namesakes.name

),

measures as (

    select * from {{ ref('int_papers__measures') }}

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

joined as (

    select
        mentions.*,
        submitters.submitter_username,
        submitters.is_curator,
        organizations.organization_id,
        row_number() over (
            order by measures.dated_on nulls last, mentions.paper_id, mentions.position
        ) as mention_number,
        row_number() over (
            partition by mentions.paper_id, mentions.matched_name order by mentions.position
        ) as line_of_name,
        case
            when mentions.status in ('claimed_verified', 'admin_assigned', 'extracted_confirmed')
                then mentions.username
        end as verified_username,
        case
            when {{ fold_name('submitters.submitter_name') }} = mentions.folded_name
                then submitters.submitter_username
        end as submitting_username

    from mentions
    left join measures on mentions.paper_id = measures.paper_id
    left join submitters on mentions.paper_id = submitters.paper_id
    left join organizations on mentions.paper_id = organizations.paper_id

),

final as (

    -- Names, submitters and organizations are numbered by their oldest mention: numbers compare fast.
    select
        paper_id,
        position,
        mention_number,
        min(mention_number) over (partition by matched_name) as name_number,
        case
            when not is_curator
                then min(mention_number) over (partition by submitter_username)
        end as submitter_number,
        case
            when organization_id is not null
                then min(mention_number) over (partition by organization_id)
        end as organization_number,
        -- A name printed twice in one paper is met once: the second line is somebody else.
        count(case when line_of_name = 1 then 1 end) over (partition by matched_name) as mentions_of_name,
        line_of_name,
        author_line_id,
        name,
        folded_name,
        matched_name,
        is_hidden,
        is_team,
        submitter_username,
        organization_id,
        namesakes,
        {{ name_log_odds('namesakes') }} as name_log_odds,
        verified_username,
        -- An account belongs to one line of a paper; the hub's word counts more than a shared name.
        case
            when
                not is_team and row_number() over (
                    partition by paper_id, coalesce(verified_username, submitting_username)
                    order by verified_username is null, position
                ) = 1
                then coalesce(verified_username, submitting_username)
        end as hub_username

    from joined

)

select * from final
