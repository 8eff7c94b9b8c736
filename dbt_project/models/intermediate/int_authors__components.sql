-- The mentions of one name that evidence holds together, each group named by its oldest mention.
-- A name that few can bear is one group. In the others every mention, and the group it was in, takes the
-- lowest group among those it shares evidence with, then that group's own group, until nothing moves: a
-- number of rounds that grows with the logarithm of the longest chain, so fixed here and checked by a test.
{{ config(meta={'times_the_lake': 20}) }}
with

names as (

    select * from {{ ref('int_authors__names') }}
    where not is_team and is_first_line and {{ in_part('name_number') }}

),

groups_0 as (

    select
        mention_number,
        case
            when name_log_odds >= {{ joined_log_odds() }}
                then name_number
            else mention_number
        end as group_number

    from names

),

pairs as (

    select distinct
        mention_number,
        first_mention_number

    from {{ ref('int_authors__evidence') }}
    where
        mention_number <> first_mention_number
        and not is_joined_by_name
        and {{ in_part('name_number') }}

),

neighbours as (

    select
        mention_number,
        first_mention_number as other_number
    from pairs

    union all

    select
        first_mention_number as mention_number,
        mention_number as other_number
    from pairs

    union all

    select
        mention_number,
        mention_number as other_number
    from names

),

{% for round in range(1, var('identity_rounds') + 1) %}

lowest_{{ round }} as (

    select
        neighbours.mention_number,
        max(groups.group_number) filter (
            where neighbours.other_number = neighbours.mention_number
        ) as own_group_number,
        min(groups.group_number) as group_number

    from neighbours
    inner join groups_{{ round - 1 }} as groups on neighbours.other_number = groups.mention_number
    group by neighbours.mention_number

),

hooked_{{ round }} as (

    {{ hooked('lowest_' ~ round) }}

),

groups_{{ round }} as (

    {{ group_of_group('hooked_' ~ round) }}

),

{% endfor %}

final as (

    select * from groups_{{ var('identity_rounds') }}

)

select * from final
