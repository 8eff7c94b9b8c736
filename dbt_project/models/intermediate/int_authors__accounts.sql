-- The hub account each mention is taken to belong to: its own, else the one most of its evidence
-- points to, else the one that most of its group has. Two accounts are never one person, so a group
-- with several is divided among them.
with

names as (

    select * from {{ ref('int_authors__names') }}
    where not is_team

),

grouped as (

    select
        names.mention_number,
        names.hub_username,
        components.group_number

    from names
    left join {{ ref('int_authors__components') }} as components
        on names.mention_number = components.mention_number

),

votes as (

    select * from {{ ref('int_authors__votes') }}

),

accounts_of_groups as (

    select
        group_number,
        hub_username,
        row_number() over (
            partition by group_number order by count(*) desc, min(mention_number)
        ) as place

    from grouped
    where hub_username is not null and group_number is not null
    group by group_number, hub_username

),

final as (

    select
        grouped.mention_number,
        grouped.group_number,
        coalesce(grouped.hub_username, votes.hub_username, accounts_of_groups.hub_username)
            as hub_username

    from grouped
    left join votes on grouped.mention_number = votes.mention_number
    left join accounts_of_groups
        on grouped.group_number = accounts_of_groups.group_number and accounts_of_groups.place = 1

)

select * from final
