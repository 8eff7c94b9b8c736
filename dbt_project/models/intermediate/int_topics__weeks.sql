-- Every topic in every week that has a complete listing day; weeks are numbered from 1.
with

first_listed as (

    select
        paper_id,
        {{ period_start('week', 'listed_on') }} as week_start_on

    from {{ ref('int_papers__first_listed') }}

),

tagged as (

    select * from {{ ref('int_topics__tagged') }}

),

measures as (

    select * from {{ ref('int_papers__measures') }}

),

weeks as (

    select
        week_start_on,
        count(*) as all_papers,
        row_number() over (order by week_start_on) as week_number

    from first_listed
    group by week_start_on

),

topics as (

    select distinct topic from tagged

),

counted as (

    select
        tagged.topic,
        first_listed.week_start_on,
        count(*) as papers,
        sum(measures.upvotes) as upvotes

    from first_listed
    inner join tagged on first_listed.paper_id = tagged.paper_id
    inner join measures on first_listed.paper_id = measures.paper_id
    group by tagged.topic, first_listed.week_start_on

),

filled as (

    -- A week without the topic is a share of zero, not a gap in its line.
    select
        topics.topic,
        weeks.week_start_on,
        weeks.week_number,
        coalesce(counted.papers, 0) as papers,
        weeks.all_papers,
        cast(coalesce(counted.upvotes, 0) as bigint) as upvotes

    from topics
    cross join weeks
    left join counted
        on topics.topic = counted.topic and weeks.week_start_on = counted.week_start_on

)

select * from filled
