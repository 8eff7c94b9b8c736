-- One row a name as listed: folded, whether a team's, as it is compared with other names (without
-- middle initials, unless they tell two persons apart), and how many persons chance would give it.
with

reviewed_teams as (

    select * from {{ ref('team_names') }}

),

spelled as (

    select
        name,
        {{ fold_name('name') }} as folded_name

    from (select distinct name from {{ ref('int_authors__mentions') }}) as different

),

shortened as (

    select
        spelled.*,
        reviewed_teams.folded_name is not null
        or {{ matches('spelled.folded_name', var('identity_team_words')) }} as is_team,
        {{ replace_all('spelled.folded_name', '^([^ ]{2,})( [a-z])+ ', '\\1 ') }} as short_name,
        nullif({{ first_match('spelled.folded_name', '^[^ ]{2,} ([a-z]) ') }}, '') as middle_initial

    from spelled
    left join reviewed_teams on spelled.folded_name = reviewed_teams.folded_name

),

compared as (

    -- Philip H. S. Torr is compared as Philip Torr, unless another initial tells of a second one.
    select
        name,
        folded_name,
        is_team,
        case
            when
                not bool_or(is_team) over (partition by short_name)
                and min(middle_initial) over (partition by short_name)
                = max(middle_initial) over (partition by short_name)
                then short_name
            else folded_name
        end as matched_name

    from shortened

),

-- Surnames and given names drawn apart.
names as (

    select
        matched_name,
        row_number() over (order by matched_name) as matched_number,
        {{ first_match('matched_name', '([^ ]+)$') }} as surname,
        {{ first_match('matched_name', '^(.*) [^ ]+$') }} as given_name

    from (select distinct matched_name from compared) as different

),

surnames as (

    select
        surname,
        count(*) as names

    from names
    group by surname

),

given_names as (

    select
        given_name,
        count(*) as names

    from names
    group by given_name

),

all_names as (select count(*) as names from names),

final as (

    select
        compared.*,
        names.matched_number,
        greatest(
            1e0 * surnames.names * given_names.names / all_names.names, {{ var('identity_least_namesakes') }}
        ) as namesakes

    from compared
    inner join names on compared.matched_name = names.matched_name
    inner join surnames on names.surname = surnames.surname
    inner join given_names on names.given_name = given_names.given_name
    cross join all_names

)

select * from final
