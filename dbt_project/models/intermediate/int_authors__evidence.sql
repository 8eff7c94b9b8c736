-- What two or more mentions of one name have in common: a co-author's name, the submitter, the
-- organization. One row a (mention, kind, clue), with the oldest mention that has it too; a clue is
-- the number of a name, submitter or organization.
{{ config(meta={'times_the_lake': 40}) }}
with

repeated as (

    -- A co-author met once is shared by nobody.
    select
        *,
        mention_number - position as paper_number,
        name_log_odds >= {{ joined_log_odds() }} as is_joined_by_name

    from {{ ref('int_authors__names') }}
    where not is_team and is_first_line and mentions_of_name > 1

),

together as (

    -- Two names of a paper, once, as each can be a clue to the other.
    select
        one.name_number,
        one.mention_number,
        one.is_joined_by_name,
        {{ is_told_by_coauthor('one', 'other') }} as is_told,
        other.name_number as other_name_number,
        other.mention_number as other_mention_number,
        other.is_joined_by_name as is_other_joined_by_name,
        {{ is_told_by_coauthor('other', 'one') }} as is_other_told

    from repeated as one
    inner join repeated as other
        on
            one.paper_number = other.paper_number
            and one.name_number < other.name_number
            -- A list of hundreds would give tens of thousands of pairs.
            and abs(one.position - other.position) <= {{ var('identity_coauthor_reach') }}
    where {{ in_part('one.name_number') }}

),

told as (

    select * from together
    where is_told or is_other_told

),

pairs as (

    select
        name_number,
        other_name_number,
        min(mention_number) as first_mention_number,
        min(other_mention_number) as first_other_mention_number

    from told
    group by name_number, other_name_number
    having count(*) > 1

),

coauthors as (

    select
        told.*,
        pairs.first_mention_number,
        pairs.first_other_mention_number

    from told
    inner join pairs
        on told.name_number = pairs.name_number and told.other_name_number = pairs.other_name_number

),

clues as (

    {%- for kind in ['submitter', 'organization'] %}

    select
        name_number,
        mention_number,
        is_joined_by_name,
        '{{ kind }}' as kind,
        {{ kind }}_number as clue_number,
        {{ var('identity_' ~ kind ~ '_weight') }} as weight

    from repeated
    where
        {{ kind }}_number is not null
        and {{ is_told_by(var('identity_' ~ kind ~ '_weight'), 'name_log_odds') }}
        and {{ in_part('name_number') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

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

final as (

    select
        name_number,
        mention_number,
        is_joined_by_name,
        'co-author' as kind,
        other_name_number as clue_number,
        first_mention_number,
        {{ var('identity_coauthor_weight') }} as weight

    from coauthors
    where is_told

    union all

    select
        other_name_number as name_number,
        other_mention_number as mention_number,
        is_other_joined_by_name as is_joined_by_name,
        'co-author' as kind,
        name_number as clue_number,
        first_other_mention_number as first_mention_number,
        {{ var('identity_coauthor_weight') }} as weight

    from coauthors
    where is_other_told

    union all

    select
        clues.name_number,
        clues.mention_number,
        clues.is_joined_by_name,
        clues.kind,
        clues.clue_number,
        shared.first_mention_number,
        clues.weight

    from clues
    inner join shared
        on
            clues.name_number = shared.name_number
            and clues.kind = shared.kind
            and clues.clue_number = shared.clue_number

)

select * from final
