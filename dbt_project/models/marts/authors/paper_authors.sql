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
        position = 1 as is_first,
        position = lines as is_last,
        cast(1 as double) / lines as credit,
        is_hidden,
        identity_method,
        identity_confidence,
        coalesce(evidence, {{ empty_list() }}) as identity_evidence

    from mentions

)

select * from final
order by author_id, paper_id
