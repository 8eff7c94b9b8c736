{{ config(meta={'times_the_lake': 20}) }}
with

identities as (

    select * from {{ ref('int_authors__identities') }}
    where {{ in_part('author_id') }}

),

credit as (

    select * from {{ ref('int_authors__credit') }}
    where {{ in_part('author_id') }}

),

rising as (

    select * from {{ ref('int_authors__rising') }}
    where {{ in_part('author_id') }}

),

organizations as (

    select * from {{ ref('int_authors__organizations') }}
    where {{ in_part('author_id') }}

),

recent as (

    select * from (
        {{ recent_months(ref('author_months'), 'author_id') }}
    ) as months
    where {{ in_part('author_id') }}

),

topics as (

    -- Told by numbers, of which no part is taken here.
    select
        identities.author_id,
        topics.top_topics

    from {{ ref('int_authors__topics') }} as topics
    inner join identities on topics.author_number = identities.author_number

),

coauthors as (

    select * from {{ ref('int_authors__coauthors') }}
    where {{ in_part('author_id') }}

),

final as (

    select
        identities.author_id,
        identities.name,
        identities.hub_username,
        identities.is_team,
        identities.identity_method,
        identities.identity_confidence,
        credit.papers,
        credit.first_author_papers,
        credit.last_author_papers,
        credit.first_paper_on,
        credit.last_paper_on,
        credit.upvotes_total,
        credit.upvotes_median,
        credit.score_shrunk,
        {%- for window in leaderboard_months() %}
        coalesce(recent.papers_{{ window }}_months, 0) as papers_{{ window }}_months,
        coalesce(recent.upvotes_{{ window }}_months, 0) as upvotes_{{ window }}_months,
        {%- endfor %}
        credit.hub_h_index,
        coalesce(coauthors.coauthors, 0) as coauthors,
        organizations.top_organization_name,
        coalesce(topics.top_topics, {{ empty_list() }}) as top_topics,
        coalesce(rising.is_rising, false) as is_rising,
        rising.recent_papers,
        rising.expected_papers,
        rising.rising_eb05

    from identities
    inner join credit on identities.author_id = credit.author_id
    left join coauthors on identities.author_id = coauthors.author_id
    left join organizations on identities.author_id = organizations.author_id
    left join recent on identities.author_id = recent.author_id
    left join topics on identities.author_id = topics.author_id
    left join rising on identities.author_id = rising.author_id

)

select * from final
order by author_id
