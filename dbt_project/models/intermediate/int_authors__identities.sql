-- What each person is called most often, and how sure it is that they are one.
with

names as (

    select
        author_number,
        name,
        row_number() over (partition by author_number order by count(*) desc, name asc) as place

    from {{ ref('int_authors__identified') }}
    group by author_number, name

),

identities as (

    select
        author_number,
        min(author_id) as author_id,
        min(hub_username) as hub_username,
        bool_or(is_team) as is_team,
        min_by(identity_method, identity_place) as identity_method,
        avg(identity_confidence) as identity_confidence

    from {{ ref('int_authors__identified') }}
    group by author_number

),

final as (

    select
        identities.*,
        names.name

    from identities
    inner join names on identities.author_number = names.author_number and names.place = 1

)

select * from final
