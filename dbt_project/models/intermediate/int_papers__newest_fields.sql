-- One row a paper: the newest value of each field that has one.
with

observed as (

    select * from {{ ref('int_papers__observed_fields') }}

),

newest as (

    select
        paper_id,
        {% for field in [
            'title', 'organization_id', 'organization_name', 'submitter_username', 'github_url',
            'project_url', 'ai_summary', 'author_count', 'upvotes', 'num_comments', 'github_stars',
            'published_on', 'primary_category', 'categories', 'doi', 'is_withdrawn'
        ] -%}
        {{ newest(field) }} as {{ field }},
        {% endfor -%}
        {{ newest('is_published_year_inferred', where='published_on is not null') }}
            as is_published_year_inferred,
        {{ sorted_set('source') }} as sources

    from observed
    group by paper_id

)

select * from newest
