-- paper_authors: mentions of one name are joined by how rare it is and by what they share.

create macro logistic(odds) as 1 / (1 + exp(-odds));
create macro joined() as ln(getvariable('identity_possible') / (1 - getvariable('identity_possible')));

create temp table evidence as
with repeated as (
    from mentions where not is_team and is_first_line and mentions_of_name > 1
),

clues as (
    select
        repeated.name_number,
        'co-author' as kind,
        other.name_number as clue,
        repeated.mention,
        repeated.odds
    from repeated
    inner join repeated as other
        on
            repeated.paper_id = other.paper_id
            and repeated.name_number <> other.name_number
            and abs(repeated.position - other.position) <= getvariable('identity_coauthor_reach')
    where other.namesakes * greatest(repeated.namesakes, 1) <= getvariable('identity_clue_namesakes')
    union all
    select name_number, 'submitter', submitter_number, mention, odds
    from repeated where submitter_number is not null
    union all
    select name_number, 'organization', organization_number, mention, odds
    from repeated where organization_number is not null
)

select
    *,
    min(mention) over alike as first_mention,
    case kind
        when 'co-author' then getvariable('identity_coauthor_weight')
        when 'submitter' then getvariable('identity_submitter_weight')
        else getvariable('identity_organization_weight')
    end as weight
from clues
window alike as (partition by name_number, kind, clue)
qualify count(*) over alike > 1 and odds + weight >= joined();

-- Connected components: the lowest mention that each can reach, name by name.
create temp table components as
with recursive edges as (
    select distinct mention as one, first_mention as other from evidence
    where mention <> first_mention and odds < joined()
),

both_ways as (select one, other from edges union select other, one from edges),

reached (mention, component) using key (mention) as (
    select mention, if(odds >= joined(), name_number, mention) from mentions
    where not is_team and is_first_line
    union
    select one, min(reached.component)
    from reached
    inner join both_ways on other = reached.mention
    inner join recurring.reached as own on one = own.mention
    where reached.component < own.component
    group by one
)

select * from reached;

create temp table persons as
with known as (
    select mentions.*, component
    from mentions
    left join components using (mention)
),

votes as (
    select evidence.mention, arg_min(account, (-weight, mention_of_account)) as account
    from (
        select
            evidence.mention,
            theirs.account,
            sum(evidence.weight) as weight,
            min(theirs.mention) as mention_of_account
        from evidence
        inner join (
            select evidence.*, account from evidence inner join mentions using (mention)
            where account is not null
        ) as theirs using (name_number, kind, clue)
        group by all
    ) as evidence
    group by evidence.mention
),

of_components as (
    select component, arg_min(account, (-mentions, mention)) as account
    from (
        select component, account, count(*) as mentions, min(mention) as mention
        from known
        where account is not null and component is not null
        group by all
    )
    group by component
),

accounts as (
    select
        known.*,
        case when not is_team
            then coalesce(known.account, votes.account, of_components.account) end as hub_account,
        min(case when hub_account is null then component end)
            over (partition by name_number) as first_component,
        case
            when is_team and is_first_line then 'team:' || known.folded_name
            when hub_account is not null then 'hub:' || hub_account
            when component = first_component then 'name:' || oldest.folded_name
            when component is not null then 'name:' || oldest.folded_name || '~' || oldest.paper_id
        end as told
    from known
    left join votes using (mention)
    left join of_components using (component)
    left join (select mention as component, folded_name, paper_id from mentions) as oldest using (component)
)

select
    *,
    told is not null and row_number() over (
        partition by paper_id, told order by verified is null, account is null, position
    ) = 1 as is_told,
    if(is_told, told, 'name:' || folded_name || '~' || paper_id || ':' || position) as author_id,
    case
        when not is_told then 'same paper'
        when is_team then 'team'
        when account is not null and verified is not null then 'hub username'
        when account is not null then 'submitter'
    end as certain
from accounts;

create table paper_authors as
with clues as (
    select
        author_id,
        mention,
        kind,
        clue,
        weight,
        count(*) over (partition by author_id, kind, clue) as mentions
    from evidence
    inner join persons using (mention)
    qualify mentions > 1
),

weighed as (
    select
        mention,
        sum(weight) as weight,
        in_order(list((kind, words))) as evidence
    from (
        select
            clues.mention,
            kind,
            max(weight) as weight,
            max_by(clue, (mentions, -clue)) as best,
            count(*) as n
        from clues
        group by all
    ) as kinds
    inner join (
        select mention as best, folded_name, submitter_username, organization_id from mentions
    ) as shown using (best)
    cross join lateral (
        select kind || ' '
            || case kind
                when 'co-author' then folded_name
                when 'submitter' then submitter_username
                else organization_id
            end
            || if(n > 1, ' and ' || (n - 1) || ' more', '') as words
    )
    group by mention
)

select
    paper_id,
    position,
    author_id,
    name as name_as_listed,
    position = min(position) over (partition by paper_id) as is_first,
    position = max(position) over (partition by paper_id) as is_last,
    1.0 / count(*) over (partition by paper_id) as credit,
    is_hidden,
    case
        when certain is not null then certain
        when weight is not null then 'shared evidence'
        when count(*) over (partition by author_id) > 1 then 'rare name'
        when mentions_of_name = 1 then 'only mention'
        else 'kept apart'
    end as identity_method,
    case identity_method
        when 'hub username' then getvariable('identity_account_confidence')
        when 'submitter' then getvariable('identity_account_confidence')
        when 'shared evidence' then logistic(odds + weight)
        when 'rare name' then logistic(odds)
        when 'kept apart' then 1 - logistic(odds)
        else 1
    end::double as identity_confidence,
    coalesce(evidence, []::varchar[]) as identity_evidence
from persons
left join weighed using (mention)
order by author_id, paper_id;
