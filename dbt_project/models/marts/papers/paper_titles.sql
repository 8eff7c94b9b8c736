-- Sources spell and update one title differently, so a title is new when its source says another
-- than before, and when it is not the one that another source told already.
with

observed as (

    select
        paper_id,
        title,
        source,
        observed_at,
        observation_number,
        lag(title) over (partition by paper_id, source order by observation_number) as title_before

    from {{ ref('int_papers__observed_fields') }}
    where title is not null

),

folded as (

    select
        *,
        coalesce({{ fold_text('title') }}, title) as folded_title

    from observed
    where title_before is null or title_before <> title

),

told as (

    select
        *,
        lag(folded_title) over (partition by paper_id, source order by observation_number)
            as told_before

    from folded

),

news as (

    select
        *,
        lag(folded_title) over (partition by paper_id order by observation_number) as known_before

    from told
    where told_before is null or told_before <> folded_title

),

changes as (

    select
        *,
        cast(row_number() over (partition by paper_id order by observation_number) as bigint)
            as title_number,
        lead(observed_at) over (partition by paper_id order by observation_number) as valid_to_at

    from news
    where known_before is null or known_before <> folded_title

),

final as (

    select
        paper_id,
        title_number,
        title,
        source,
        observed_at as valid_from_at,
        valid_to_at,
        valid_to_at is null as is_current

    from changes

)

select * from final
