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

papers as (

    select * from {{ ref('int_authors__papers') }}

),

repeated as (

    select
        paper_id,
        matched_name,
        min(position) as first_position

    from mentions
    group by paper_id, matched_name
    having count(*) > 1

),

numbered as (

    select
        mentions.*,
        papers.submitter_number,
        papers.organization_number,
        papers.first_mention_number + mentions.position - 1 as mention_number,
        -- A name printed twice in one paper is met once: the second line is somebody else.
        coalesce(repeated.first_position, mentions.position) = mentions.position as is_first_line,
        case
            when mentions.status in ('claimed_verified', 'admin_assigned', 'extracted_confirmed')
                then mentions.username
        end as verified_username,
        case
            when papers.folded_submitter_name = mentions.folded_name
                then papers.submitter_username
        end as submitting_username

    from mentions
    inner join papers on mentions.paper_id = papers.paper_id
    left join repeated
        on mentions.paper_id = repeated.paper_id and mentions.matched_name = repeated.matched_name

),

matched_names as (

    select
        matched_name,
        min(mention_number) as name_number,
        count(case when is_first_line then 1 end) as mentions_of_name

    from numbered
    group by matched_name

),

accounts as (

    -- An account belongs to one line of a paper; the hub's word counts more than a shared name.
    select
        mention_number,
        coalesce(verified_username, submitting_username) as hub_username,
        row_number() over (
            partition by paper_id, coalesce(verified_username, submitting_username)
            order by verified_username is null, position
        ) as place

    from numbered
    where coalesce(verified_username, submitting_username) is not null

),

final as (

    select
        numbered.paper_id,
        numbered.position,
        numbered.mention_number,
        matched_names.name_number,
        numbered.submitter_number,
        numbered.organization_number,
        matched_names.mentions_of_name,
        numbered.is_first_line,
        numbered.name,
        numbered.folded_name,
        numbered.matched_name,
        numbered.is_hidden,
        numbered.is_team,
        numbered.namesakes,
        {{ name_log_odds('numbered.namesakes') }} as name_log_odds,
        numbered.verified_username,
        case when not numbered.is_team then accounts.hub_username end as hub_username

    from numbered
    inner join matched_names on numbered.matched_name = matched_names.matched_name
    left join accounts on numbered.mention_number = accounts.mention_number and accounts.place = 1

)

select * from final
