with

mentions as (

    select * from {{ ref('int_authors__identified') }}

),

papers as (

    select
        paper_id,
        min(position) as first_position,
        max(position) as last_position,
        count(*) as lines

    from mentions
    group by paper_id

),

final as (

    select
        mentions.paper_id,
        mentions.position,
        mentions.author_id,
        mentions.name as name_as_listed,
        mentions.position = papers.first_position as is_first,
        mentions.position = papers.last_position as is_last,
        cast(1 as double) / papers.lines as credit,
        mentions.is_hidden,
        mentions.identity_method,
        mentions.identity_confidence,
        coalesce(mentions.evidence, {{ empty_list() }}) as identity_evidence

    from mentions
    inner join papers on mentions.paper_id = papers.paper_id

)

select * from final
order by author_id, paper_id
