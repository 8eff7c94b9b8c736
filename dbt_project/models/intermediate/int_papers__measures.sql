-- When a paper was listed, and the numbers people, organizations and topics are measured by.
with

scores as (

    select
        paper_id,
        max_by(score, listing_date) as score,
        max_by(score_method, listing_date) as score_method

    from {{ ref('int_listing_scores') }}
    group by paper_id

),

final as (

    select
        dates.*,
        newest.upvotes,
        scores.score as standard_score,
        scores.score_method

    from {{ ref('int_papers__dates') }} as dates
    inner join {{ ref('int_papers__newest_fields') }} as newest on dates.paper_id = newest.paper_id
    left join scores on dates.paper_id = scores.paper_id

)

select * from final
