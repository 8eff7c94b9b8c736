-- What two or more mentions of one name have in common: a co-author's name, the submitter, the
-- organization. One row a (mention, kind, clue), with the oldest mention that has it too; a clue is
-- the number of a name, submitter or organization.
with

repeated as (

    select * from {{ ref('int_authors__names') }}
    where not is_team and is_first_line and mentions_of_name > 1

),

clues as (

    -- A co-author met once is shared by nobody.
    select
        repeated.name_number,
        'co-author' as kind,
        coauthors.name_number as clue_number,
        repeated.mention_number,
        repeated.name_log_odds

    from repeated
    inner join repeated as coauthors
        on
            repeated.paper_id = coauthors.paper_id
            and repeated.name_number <> coauthors.name_number
            -- A list of hundreds would give tens of thousands of pairs.
            and abs(repeated.position - coauthors.position) <= {{ var('identity_coauthor_reach') }}
    -- That two persons of a common name each wrote with somebody of another common name is chance.
    where coauthors.namesakes * greatest(repeated.namesakes, 1) <= {{ var('identity_clue_namesakes') }}

    union all

    select
        name_number,
        'submitter' as kind,
        submitter_number as clue_number,
        mention_number,
        name_log_odds
    from repeated
    where submitter_number is not null

    union all

    select
        name_number,
        'organization' as kind,
        organization_number as clue_number,
        mention_number,
        name_log_odds
    from repeated
    where organization_number is not null

),

shared as (

    select
        name_number,
        kind,
        clue_number,
        min(mention_number) as first_mention_number

    from clues
    group by name_number, kind, clue_number
    having count(*) > 1

),

weighed as (

    select
        clues.name_number,
        clues.kind,
        clues.clue_number,
        clues.mention_number,
        clues.name_log_odds,
        shared.first_mention_number,
        case clues.kind
            when 'co-author' then {{ var('identity_coauthor_weight') }}
            when 'submitter' then {{ var('identity_submitter_weight') }}
            else {{ var('identity_organization_weight') }}
        end as weight

    from clues
    inner join shared
        on
            clues.name_number = shared.name_number
            and clues.kind = shared.kind
            and clues.clue_number = shared.clue_number

)

select * from weighed
where name_log_odds + weight >= {{ joined_log_odds() }}
