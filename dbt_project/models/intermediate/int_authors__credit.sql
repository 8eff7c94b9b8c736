-- What each person's papers add up to.
with

mentions as (

    select * from {{ ref('paper_authors') }}

),

measures as (

    select * from {{ ref('int_papers__measures') }}

),

all_papers as (

    select avg(standard_score) as mean_score from measures

),

authored as (

    select
        mentions.author_id,
        mentions.is_first,
        mentions.is_last,
        measures.upvotes,
        measures.standard_score,
        measures.dated_on,
        row_number() over (
            partition by mentions.author_id order by measures.upvotes desc nulls last
        ) as place_by_upvotes

    from mentions
    inner join measures on mentions.paper_id = measures.paper_id

),

final as (

    select
        authored.author_id,
        count(*) as papers,
        count(*) filter (where authored.is_first) as first_author_papers,
        count(*) filter (where authored.is_last) as last_author_papers,
        min(authored.dated_on) as first_paper_on,
        max(authored.dated_on) as last_paper_on,
        cast(coalesce(sum(authored.upvotes), 0) as bigint) as upvotes_total,
        median(authored.upvotes) as upvotes_median,
        count(*) filter (where authored.upvotes >= authored.place_by_upvotes) as hub_h_index,
        {{ shrunk_mean(
            'coalesce(sum(authored.standard_score), 0)', 'count(authored.standard_score)',
            'any_value(all_papers.mean_score)'
        ) }} as score_shrunk

    from authored
    cross join all_papers
    group by authored.author_id

)

select * from final
