-- One row a mention with the person it is taken for. A reviewed answer wins; two lines of one paper
-- are never one person: the surer line keeps the identity.
with

names as (

    select * from {{ ref('int_authors__names') }}

),

accounts as (

    select * from {{ ref('int_authors__accounts') }}

),

overrides as (

    select
        nullif(paper_id, '') as paper_id,
        {{ fold_name('name') }} as folded_name,
        author_id

    from {{ ref('author_overrides') }}

),

first_groups as (

    -- The oldest group without an account has the plain name, so that later ones change nothing.
    select
        names.name_number,
        min(accounts.group_number) as group_number

    from names
    inner join accounts on names.mention_number = accounts.mention_number
    where accounts.hub_username is null
    group by names.name_number

),

-- Narrow, as it is looked at several times: texts are joined again for the few lines that need them.
told as (

    select
        names.mention_number,
        names.mention_number - names.position as paper_number,
        coalesce(of_mention.author_id, of_name.author_id, case
            when names.is_team and names.is_first_line then 'team:' || names.folded_name
            when accounts.hub_username is not null then 'hub:' || accounts.hub_username
            when accounts.group_number = first_groups.group_number then 'name:' || oldest.folded_name
            when accounts.group_number is not null
                then 'name:' || oldest.folded_name || '~' || oldest.paper_id
        end) as author_id,
        case
            when coalesce(of_mention.author_id, of_name.author_id) is not null then 'reviewed'
            when names.is_team then 'team'
            when names.hub_username is not null and names.verified_username is not null then 'hub username'
            when names.hub_username is not null then 'submitter'
        end as certain_method,
        -- The lower, the surer.
        case when coalesce(of_mention.author_id, of_name.author_id) is null then 4 else 0 end
        + case when names.verified_username is null then 2 else 0 end
        + case when names.hub_username is null then 1 else 0 end as doubts

    from names
    left join accounts on names.mention_number = accounts.mention_number
    -- A group is named by its oldest mention.
    left join names as oldest on accounts.group_number = oldest.mention_number
    left join first_groups on names.name_number = first_groups.name_number
    left join overrides as of_mention
        on names.folded_name = of_mention.folded_name and names.paper_id = of_mention.paper_id
    left join overrides as of_name
        on names.folded_name = of_name.folded_name and of_name.paper_id is null

),

repeated as (

    select
        paper_number,
        author_id

    from told
    group by paper_number, author_id
    having count(*) > 1

),

doubled as (

    select
        told.mention_number,
        row_number() over (
            partition by told.paper_number, told.author_id order by told.doubts, told.mention_number
        ) as line_of_person

    from told
    inner join repeated
        on told.paper_number = repeated.paper_number and told.author_id = repeated.author_id

),

apart as (

    select
        told.mention_number,
        'name:' || names.folded_name || '~' || names.paper_id || ':' || names.position as author_id

    from told
    inner join names on told.mention_number = names.mention_number
    left join doubled on told.mention_number = doubled.mention_number
    where told.author_id is null or doubled.line_of_person > 1

),

settled as (

    select
        told.mention_number,
        coalesce(apart.author_id, told.author_id) as author_id,
        case when apart.author_id is null then told.certain_method else 'same paper' end as certain_method

    from told
    left join apart on told.mention_number = apart.mention_number

),

persons as (

    select
        author_id,
        min(mention_number) as person_number,
        -- In the order of the ids, which are texts and take longer to count by.
        row_number() over (order by author_id) as author_number,
        count(*) as mentions_of_person

    from settled
    group by author_id

),

final as (

    select
        settled.*,
        persons.person_number,
        persons.author_number,
        persons.mentions_of_person

    from settled
    inner join persons on settled.author_id = persons.author_id

)

select * from final
