with

mentions as (

    select * from {{ ref('int_authors__identified') }}

),

final as (

    select
        paper_id,
        position,
        author_id,
        name as name_as_listed,
        position = min(position) over (partition by paper_id) as is_first,
        position = max(position) over (partition by paper_id) as is_last,
        cast(1 as double) / count(*) over (partition by paper_id) as credit,
        is_hidden,
        identity_method,
        identity_confidence,
        coalesce(evidence, {{ empty_list() }}) as identity_evidence

    from mentions

)

select * from final
order by author_id, paper_id
