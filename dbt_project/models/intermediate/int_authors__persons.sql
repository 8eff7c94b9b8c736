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

joined as (

    select
        names.*,
        accounts.group_number,
        accounts.hub_username as account,
        coalesce(of_mention.author_id, of_name.author_id) as reviewed_author_id,
        -- The oldest group without an account has the plain name, so that later ones change nothing.
        min(case when accounts.hub_username is null then accounts.group_number end)
            over (partition by names.name_number) as first_group_number,
        first_value(names.folded_name) over (
            partition by accounts.group_number order by names.mention_number
        ) as first_folded_name,
        first_value(names.paper_id) over (
            partition by accounts.group_number order by names.mention_number
        ) as first_paper_id

    from names
    left join accounts on names.mention_number = accounts.mention_number
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
        end as author_id

    from joined

),

placed as (

    select
        *,
        row_number() over (
            partition by paper_id, author_id
            order by reviewed_author_id is null, verified_username is null, hub_username is null, position
        ) as line_of_person

    from told

),

final as (

    select
        mention_number,
        paper_id,
        position,
        case
            when author_id is not null and line_of_person = 1 then author_id
            else 'name:' || folded_name || '~' || paper_id || ':' || position
        end as author_id,
        min(mention_number) over (
            partition by author_id, author_id is not null and line_of_person = 1
        ) as person_number,
        case
            when author_id is null or line_of_person > 1 then 'same paper'
            when reviewed_author_id is not null then 'reviewed'
            when is_team then 'team'
            when hub_username is not null and verified_username is not null then 'hub username'
            when hub_username is not null then 'submitter'
        end as certain_method

    from placed

)

select * from final
