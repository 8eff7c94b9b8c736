{%- set fields = {
    'abstract': 'abstract is not null',
    'authors': list_length('authors') ~ ' > 0',
    'organization': 'organization_id is not null',
    'submitter': 'submitter_username is not null',
    'upvotes': 'upvotes is not null',
    'comments': 'num_comments is not null',
    'code': 'github_url is not null',
    'project': 'project_url is not null',
    'topics': list_length('topics') ~ ' > 0',
    'summary': 'ai_summary is not null',
    'arXiv category': list_length('categories') ~ ' > 0',
} -%}
with

papers as (

    select * from {{ ref('papers') }}
    where first_listed_on is not null

),

months as (

    select
        {{ period_start('month', 'first_listed_on') }} as month_start_on,
        {%- for is_filled in fields.values() %}
        count(*) filter (where {{ is_filled }}) as filled_{{ loop.index }},
        {%- endfor %}
        count(*) as papers

    from papers
    group by {{ period_start('month', 'first_listed_on') }}

),

final as (

    {% for field in fields -%}
    select
        month_start_on,
        '{{ field }}' as field,
        papers,
        filled_{{ loop.index }} as filled_papers,
        cast(filled_{{ loop.index }} as double) / papers as filled_share

    from months
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}

)

select * from final
