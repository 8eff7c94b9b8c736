-- The hub account that most of a mention's evidence points to, whoever's group it is in: by itself, as
-- all evidence is weighed at once.
{{ config(meta={'times_the_lake': 20}) }}
with

evidence as (

    select * from {{ ref('int_authors__evidence') }}
    where {{ in_part('name_number') }}

),

owned as (

    select
        evidence.*,
        names.hub_username

    from evidence
    inner join {{ ref('int_authors__names') }} as names
        on evidence.mention_number = names.mention_number
    where names.hub_username is not null and not names.is_team

),

votes as (

    select
        evidence.mention_number,
        owned.hub_username,
        row_number() over (
            partition by evidence.mention_number
            order by sum(evidence.weight) desc, min(owned.mention_number)
        ) as place

    from evidence
    inner join owned
        on
            evidence.name_number = owned.name_number
            and evidence.kind = owned.kind
            and evidence.clue_number = owned.clue_number
    group by evidence.mention_number, owned.hub_username

),

final as (

    select
        mention_number,
        hub_username

    from votes
    where place = 1

)

select * from final
