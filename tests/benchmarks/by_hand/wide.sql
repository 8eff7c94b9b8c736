-- papers, paper_titles and search_documents, from the lake and the tables of the scripts before.

create table papers as
with observed as (
    select
        paper_id,
        max_by(nullif(submitter_username, ''), (observed_at, listing_date))
            filter (nullif(submitter_username, '') is not null) as submitter_username,
        max_by(clean(ai_summary), (observed_at, listing_date))
            filter (clean(ai_summary) is not null) as ai_summary,
        max_by(author_count, (observed_at, listing_date)) filter (author_count is not null) as author_count,
        max_by(upvotes, (observed_at, listing_date)) filter (upvotes is not null) as upvotes,
        max_by(num_comments, (observed_at, listing_date)) filter (num_comments is not null) as num_comments,
        max_by(github_stars, (observed_at, listing_date)) filter (github_stars is not null) as github_stars,
        max_by((published_at at time zone 'UTC')::date, (observed_at, listing_date))
            filter (published_at is not null) as published_on,
        max_by(is_published_year_inferred, (observed_at, listing_date))
            filter (published_at is not null and is_published_year_inferred is not null)
            as is_published_year_inferred,
        count(distinct observed_at) as observations,
        min(observed_at) at time zone 'UTC' as first_observed_at,
        max(observed_at) at time zone 'UTC' as last_observed_at,
        list_sort(list(distinct source)) as sources
    from read_parquet('lake/listings/**/*.parquet', hive_partitioning = false, union_by_name = true)
    group by paper_id
),

credited as (
    select
        paper_id,
        in_order(list((position, name_as_listed))) as authors,
        in_order(list((position, author_id))) as author_ids
    from paper_authors
    where not is_hidden
    group by paper_id
),

tagged as (
    select paper_id, list_sort(list(distinct topic)) as topics from paper_topics group by paper_id
),

listed as (
    select
        paper_id,
        min(listing_date) as first_listed_on,
        max(listing_date) as last_listed_on,
        count(*) as times_listed,
        max_by(score, listing_date) as score,
        max_by(score_method, listing_date) as score_method
    from paper_listings
    group by paper_id
)

select
    paper_id,
    title,
    abstract,
    published_on,
    coalesce(is_published_year_inferred, false) as published_year_inferred,
    first_listed_on,
    last_listed_on,
    times_listed,
    coalesce(author_count, len(credited.authors)) as author_count,
    credited.authors,
    author_ids,
    organization_id,
    organizations.name as organization_name,
    submitter_username,
    observed.upvotes,
    num_comments,
    repository(given.github_url) as github_repo,
    'https://github.com/' || github_repo as github_url,
    github_stars,
    safe(given.project_url) as project_url,
    ai_summary,
    coalesce(topics, []::varchar[]) as topics,
    null::varchar as primary_category,
    null::varchar[] as categories,
    null::varchar as doi,
    null::boolean as is_withdrawn,
    score,
    score_method,
    observations,
    first_observed_at,
    last_observed_at,
    'https://huggingface.co/papers/' || paper_id as hub_url,
    'https://arxiv.org/abs/' || paper_id as arxiv_url,
    sources
from observed
inner join newest using (paper_id)
inner join given using (paper_id)
inner join listed using (paper_id)
left join credited using (paper_id)
left join tagged using (paper_id)
left join organization_papers using (paper_id)
left join organizations using (organization_id)
order by paper_id;

create table paper_titles as
with changes as (
    select *
    from (
        select
            paper_id,
            title,
            source,
            observed_at at time zone 'UTC' as observed_at,
            listing_date
        from read_parquet('lake/listings/**/*.parquet', hive_partitioning = false, union_by_name = true)
        where title <> ''
    )
    qualify title is distinct from lag(title) over (
        partition by paper_id order by observed_at, listing_date, source
    )
)

select
    paper_id,
    row_number() over in_order as title_number,
    title,
    source,
    observed_at as valid_from_at,
    lead(observed_at) over in_order as valid_to_at,
    valid_to_at is null as is_current
from changes
window in_order as (partition by paper_id order by observed_at, listing_date, source);

create view search_documents as
select
    paper_id,
    title,
    coalesce(abstract, '') as abstract,
    coalesce(array_to_string(authors, '; '), '') as authors,
    coalesce(array_to_string(topics, '; '), '') as topics,
    coalesce(organization_name, '') as organization_name,
    organization_id,
    coalesce(first_listed_on, published_on) as dated_on,
    github_url is not null as has_code,
    upvotes,
    score
from papers;
