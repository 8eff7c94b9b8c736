with

observed as (

    select
        paper_id,
        title,
        source,
        observed_at,
        observation_number,
        lag(title) over (partition by paper_id order by observation_number) as title_before

    from {{ ref('int_papers__observed_fields') }}
    where title is not null

),

changes as (

    select
        *,
        cast(row_number() over (partition by paper_id order by observation_number) as bigint)
            as title_number,
        lead(observed_at) over (partition by paper_id order by observation_number) as valid_to_at

    from observed
    where title_before is null or title_before <> title

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
