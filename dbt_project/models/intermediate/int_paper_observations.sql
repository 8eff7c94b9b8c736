-- One row a (paper, instant) at which somebody counted its upvotes.
{%- set columns = [
    'paper_id', 'observed_at', 'source', 'rank', 'upvotes', 'num_comments', 'github_stars', 'listing_date'
] %}
with

observed as (

    select * from {{ ref('int_listings') }}

),

upvote_history as (

    select * from {{ ref('stg_lake__upvote_history') }}

),

paper_details as (

    select * from {{ ref('stg_lake__paper_details') }}

),

counted as (

    select
        {{ aligned(
            columns, ['paper_id', 'observed_at', 'source', 'rank', 'upvotes', 'num_comments', 'github_stars'],
            listing_date="case when listing_kind = 'day' then listing_date end"
        ) }}
    from observed

    union all

    select
        {{ aligned(
            columns, ['paper_id', 'observed_at', 'source', 'upvotes', 'num_comments', 'github_stars']
        ) }}
    from upvote_history
    where paper_id in (select observed.paper_id from observed)

    union all

    select
        {{ aligned(columns, ['paper_id', 'observed_at', 'upvotes', 'github_stars'], source="'hub'") }}
    from paper_details
    where paper_id in (select observed.paper_id from observed)

),

numbered as (

    -- An observation of a listing says more than the same instant's row from elsewhere.
    select
        *,
        row_number() over (
            partition by paper_id, observed_at
            order by
                listing_date desc nulls last, rank asc nulls last, source asc, upvotes desc nulls last
        ) as duplicate_number

    from counted

),

final as (

    select
        {{ all_but(['duplicate_number']) }},
        upvotes - {{ ignoring_nulls('lag', 'upvotes') }} over (
            partition by paper_id order by observed_at
        ) as upvotes_change

    from numbered
    where duplicate_number = 1

)

select * from final
