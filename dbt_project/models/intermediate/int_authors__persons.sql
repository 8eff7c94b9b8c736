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

joined as (

    select
        names.*,
        accounts.group_number,
        accounts.hub_username as account,
        coalesce(of_mention.author_id, of_name.author_id) as reviewed_author_id,
        first_groups.group_number as first_group_number,
        first_mentions.folded_name as first_folded_name,
        first_mentions.paper_id as first_paper_id

    from names
    left join accounts on names.mention_number = accounts.mention_number
    -- A group is named by its oldest mention.
    left join names as first_mentions on accounts.group_number = first_mentions.mention_number
    left join first_groups on names.name_number = first_groups.name_number
    left join overrides as of_mention
        on names.folded_name = of_mention.folded_name and names.paper_id = of_mention.paper_id
    left join overrides as of_name
        on names.folded_name = of_name.folded_name and of_name.paper_id is null

),

told as (

    select
        *,
        case
            when reviewed_author_id is not null then reviewed_author_id
            when is_team and is_first_line then 'team:' || folded_name
            when account is not null then 'hub:' || account
            when group_number = first_group_number then 'name:' || first_folded_name
            when group_number is not null then 'name:' || first_folded_name || '~' || first_paper_id
        end as told_author_id

    from joined

),

repeated as (

    select
        paper_id,
        told_author_id

    from told
    group by paper_id, told_author_id
    having count(*) > 1

),

placed as (

    select
        told.mention_number,
        row_number() over (
            partition by told.paper_id, told.told_author_id
            order by
                told.reviewed_author_id is null,
                told.verified_username is null,
                told.hub_username is null,
                told.position
        ) as line_of_person

    from told
    inner join repeated
        on told.paper_id = repeated.paper_id and told.told_author_id = repeated.told_author_id

),

settled as (

    select
        told.mention_number,
        told.paper_id,
        told.position,
        case
            when told.told_author_id is not null and coalesce(placed.line_of_person, 1) = 1
                then told.told_author_id
            else 'name:' || told.folded_name || '~' || told.paper_id || ':' || told.position
        end as author_id,
        case
            when told.told_author_id is null or placed.line_of_person > 1 then 'same paper'
            when told.reviewed_author_id is not null then 'reviewed'
            when told.is_team then 'team'
            when told.hub_username is not null and told.verified_username is not null then 'hub username'
            when told.hub_username is not null then 'submitter'
        end as certain_method

    from told
    left join placed on told.mention_number = placed.mention_number

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
