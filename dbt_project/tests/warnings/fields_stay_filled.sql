{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'stg_lake__listings'}}}) }}
{% set fields = [
    'title', 'abstract', 'submitter_username', 'submitter_name', 'organization_id',
    'organization_name', 'ai_summary', 'authors', 'ai_keywords', 'github_url', 'project_url',
    'author_count', 'upvotes', 'num_comments', 'github_stars', 'published_on', 'submitted_at'
] %}

-- A field's share of nulls moved by more than 20 points from one week of listings to the next:
-- the hub changed what it gives. Weeks of under 20 papers say nothing. Each paper counts once a
-- day, as seen last: a day observed sixty times is not sixty days.
with

newest as (

    select max(listing_date) as listing_date
    from {{ ref('stg_lake__listings') }}
    where
        listing_kind = 'day'
        and source in ('hub', 'demo')

),

-- Days are joined, so that only what was written about these two weeks is read.
days as (

    select distinct
        listings.listing_date,
        cast(floor({{ days_between('listings.listing_date', 'newest.listing_date') }} / 7) as int)
            as weeks_ago

    from {{ ref('stg_lake__listings') }} as listings
    cross join newest
    where {{ days_between('listings.listing_date', 'newest.listing_date') }} between 0 and 13

),

-- Whether a field is told says it all, and its text would be carried through the join.
told as (

    select
        {% for field in fields -%}
        {{ field }} is null as lacks_{{ field }},
        {% endfor -%}
        listing_date,
        listed_paper_id,
        observed_at,
        source

    from {{ ref('stg_lake__listings') }}
    where
        listing_kind = 'day'
        and source in ('hub', 'demo')

),

observed as (

    select
        told.*,
        days.weeks_ago,
        row_number() over (
            partition by told.listing_date, told.listed_paper_id
            order by told.observed_at desc, told.source asc
        ) as observation_number

    from told
    inner join days on told.listing_date = days.listing_date

),

shares as (

    select
        weeks_ago,
        {% for field in fields -%}
        avg(case when lacks_{{ field }} then 1.0 else 0.0 end) as {{ field }},
        {% endfor -%}
        count(distinct listed_paper_id) as papers

    from observed
    where observation_number = 1
    group by weeks_ago

),

moved as (
    {% for field in fields %}
    select
        '{{ field }}' as field,
        one.{{ field }} as null_share,
        other.{{ field }} as null_share_before

    from shares as one
    inner join shares as other
        on
            one.weeks_ago = 0
            and other.weeks_ago = 1
            and one.papers >= 20
            and other.papers >= 20
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from moved
where abs(null_share - null_share_before) > 0.2
