with

entities as (

    select * from {{ ref('int_organizations__entities') }}

),

mentions as (

    select * from {{ ref('int_organizations__mentions') }}

),

measures as (

    select * from {{ ref('int_papers__measures') }}

),

rising as (

    select * from {{ ref('int_organizations__rising') }}

),

all_papers as (

    select avg(standard_score) as mean_score from measures

),

authors as (

    select
        mentions.organization_id,
        count(distinct paper_authors.author_id) as authors

    from mentions
    inner join {{ ref('paper_authors') }} as paper_authors
        on mentions.paper_id = paper_authors.paper_id
    group by mentions.organization_id

),

credited as (

    select
        mentions.organization_id,
        count(*) as papers,
        cast(coalesce(sum(measures.upvotes), 0) as bigint) as upvotes_total,
        {{ shrunk_mean(
            'coalesce(sum(measures.standard_score), 0)', 'count(measures.standard_score)',
            'any_value(all_papers.mean_score)'
        ) }} as score_shrunk

    from mentions
    inner join measures on mentions.paper_id = measures.paper_id
    cross join all_papers
    group by mentions.organization_id

),

recent as (

    {{ recent_months(ref('organization_months'), 'organization_id') }}

),

topics as (

    {{ top_topics(ref('int_organizations__mentions'), 'organization_id') }}

),

final as (

    select
        entities.organization_id,
        entities.name,
        entities.parent_name,
        entities.kind,
        credited.papers,
        coalesce(authors.authors, 0) as authors,
        credited.upvotes_total,
        credited.score_shrunk,
        {%- for window in leaderboard_months() %}
        coalesce(recent.papers_{{ window }}_months, 0) as papers_{{ window }}_months,
        coalesce(recent.upvotes_{{ window }}_months, 0) as upvotes_{{ window }}_months,
        {%- endfor %}
        coalesce(topics.top_topics, {{ empty_list() }}) as top_topics,
        coalesce(rising.is_rising, false) as is_rising,
        rising.recent_papers,
        rising.expected_papers,
        rising.rising_eb05

    from entities
    inner join credited on entities.organization_id = credited.organization_id
    left join authors on entities.organization_id = authors.organization_id
    left join recent on entities.organization_id = recent.organization_id
    left join topics on entities.organization_id = topics.organization_id
    left join rising on entities.organization_id = rising.organization_id

)

select * from final
