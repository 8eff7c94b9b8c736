-- In parts, as sorting spills: within each part papers stand in the order of their ids.
{{ config(meta={'times_the_lake': 10}) }}
with

newest as (

    select * from {{ ref('int_papers__newest_fields') }}
    where {{ in_part('paper_id') }}

),

abstracts as (

    select * from {{ ref('int_papers__abstracts') }}
    where {{ in_part('paper_id') }}

),

author_lists as (

    select * from {{ ref('int_papers__author_lists') }}
    where {{ in_part('paper_id') }}

),

organizations as (

    select
        mentions.paper_id,
        mentions.organization_id,
        entities.name as organization_name

    from {{ ref('int_organizations__mentions') }} as mentions
    inner join {{ ref('int_organizations__entities') }} as entities
        on mentions.organization_id = entities.organization_id

),

measures as (

    select * from {{ ref('int_papers__measures') }}

),

observations as (

    select
        paper_id,
        count(*) as observations,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at

    from {{ ref('int_paper_observations') }}
    group by paper_id

),

topic_lists as (

    select * from {{ ref('int_papers__topic_lists') }}
    where {{ in_part('paper_id') }}

),

repositories as (

    select
        paper_id,
        {{ github_repository('github_url') }} as github_repo

    from newest

),

final as (

    select
        newest.paper_id,
        newest.title,
        abstracts.abstract,
        newest.published_on,
        coalesce(newest.is_published_year_inferred, false) as published_year_inferred,
        measures.first_listed_on,
        measures.last_listed_on,
        measures.times_listed,
        coalesce(newest.author_count, {{ list_length('author_lists.authors') }}) as author_count,
        author_lists.authors,
        author_lists.author_ids,
        organizations.organization_id,
        organizations.organization_name,
        newest.submitter_username,
        newest.upvotes,
        newest.num_comments,
        repositories.github_repo,
        'https://github.com/' || repositories.github_repo as github_url,
        newest.github_stars,
        {{ safe_url('newest.project_url') }} as project_url,
        newest.ai_summary,
        coalesce(topic_lists.topics, {{ empty_list() }}) as topics,
        newest.primary_category,
        newest.categories,
        newest.doi,
        newest.is_withdrawn,
        measures.standard_score as score,
        measures.score_method,
        observations.observations,
        observations.first_observed_at,
        observations.last_observed_at,
        case
            when newest.paper_id not like 'page:%'
                then 'https://huggingface.co/papers/' || newest.paper_id
        end as hub_url,
        case
            when newest.paper_id not like 'page:%'
                then 'https://arxiv.org/abs/' || newest.paper_id
        end as arxiv_url,
        newest.sources

    from newest
    left join abstracts on newest.paper_id = abstracts.paper_id
    left join author_lists on newest.paper_id = author_lists.paper_id
    left join organizations on newest.paper_id = organizations.paper_id
    left join measures on newest.paper_id = measures.paper_id
    left join observations on newest.paper_id = observations.paper_id
    left join topic_lists on newest.paper_id = topic_lists.paper_id
    left join repositories on newest.paper_id = repositories.paper_id

)

select * from final
order by paper_id
