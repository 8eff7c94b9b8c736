with

mentions as (

    select
        author_id,
        paper_id,
        cast(1 as double) / lines as credit

    from {{ ref('int_authors__identified') }}

),

measures as (

    select * from {{ ref('int_papers__measures') }}
    where dated_on is not null

),

final as (

    select
        mentions.author_id,
        {{ period_start('month', 'measures.dated_on') }} as month_start_on,
        count(*) as papers,
        sum(mentions.credit) as credit,
        cast(coalesce(sum(measures.upvotes), 0) as bigint) as upvotes

    from mentions
    inner join measures on mentions.paper_id = measures.paper_id
    group by mentions.author_id, {{ period_start('month', 'measures.dated_on') }}

)

select * from final
