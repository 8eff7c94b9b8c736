-- One row a mention, numbered from the oldest paper's, with what is known of it before any linking:
-- the folded name, the hub account that is certainly its own, and how common the name is.
{%- set mention_number = 'papers.first_mention_number + mentions.position - 1' %}
with

mentions as (

    select * from {{ ref('int_authors__mentions') }}

),

namesakes as (

    select * from {{ ref('int_authors__namesakes') }}

),

papers as (

    select * from {{ ref('int_authors__papers') }}

),

-- Without names, which take most of the memory.
numbered as (

    select
        papers.first_mention_number as paper_number,
        {{ mention_number }} as mention_number,
        namesakes.matched_number,
        case
            when mentions.status in ('claimed_verified', 'admin_assigned', 'extracted_confirmed')
                then mentions.username
        end as verified_username,
        case
            when papers.folded_submitter_name = namesakes.folded_name
                then papers.submitter_username
        end as submitting_username

    from mentions
    inner join namesakes on mentions.name = namesakes.name
    inner join papers on mentions.paper_id = papers.paper_id

),

-- A name printed twice in one paper is met once: the second line is somebody else.
met as (

    select
        paper_number,
        matched_number,
        min(mention_number) as first_mention_number,
        count(*) as lines

    from numbered
    group by paper_number, matched_number

),

repeated as (

    select * from met
    where lines > 1

),

matched_names as (

    select
        matched_number,
        min(first_mention_number) as name_number,
        count(*) as mentions_of_name

    from met
    group by matched_number

),

accounts as (

    -- An account belongs to one line of a paper; the hub's word counts more than a shared name.
    select
        mention_number,
        verified_username,
        coalesce(verified_username, submitting_username) as hub_username,
        row_number() over (
            partition by paper_number, coalesce(verified_username, submitting_username)
            order by verified_username is null, mention_number
        ) as place

    from numbered
    where coalesce(verified_username, submitting_username) is not null

),

final as (

    select
        mentions.paper_id,
        mentions.position,
        {{ mention_number }} as mention_number,
        papers.dated_on,
        papers.lines,
        matched_names.name_number,
        papers.submitter_number,
        papers.organization_number,
        matched_names.mentions_of_name,
        coalesce(repeated.first_mention_number, {{ mention_number }})
        = {{ mention_number }} as is_first_line,
        mentions.name,
        namesakes.folded_name,
        namesakes.matched_name,
        mentions.is_hidden,
        namesakes.is_team,
        namesakes.namesakes,
        {{ name_log_odds('namesakes.namesakes') }} as name_log_odds,
        accounts.verified_username,
        case when not namesakes.is_team and accounts.place = 1 then accounts.hub_username end as hub_username

    from mentions
    inner join namesakes on mentions.name = namesakes.name
    inner join papers on mentions.paper_id = papers.paper_id
    inner join matched_names on namesakes.matched_number = matched_names.matched_number
    left join repeated
        on
            papers.first_mention_number = repeated.paper_number
            and namesakes.matched_number = repeated.matched_number
    left join accounts
        on {{ mention_number }} = accounts.mention_number

)

select * from final
