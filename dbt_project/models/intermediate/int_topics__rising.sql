-- Rising topics, as of the last complete day: F1's ratio and bound, and the forecast that ranks.
-- A topic rises when its forecast for the days to come beats the share it had before.
with

first_listed as (

    select * from {{ ref('int_papers__first_listed') }}

),

tagged as (

    select * from {{ ref('int_topics__tagged') }}

),

as_of as (

    select max(listed_on) as last_complete_on from first_listed

),

aged as (

    select
        first_listed.paper_id,
        {{ days_between('first_listed.listed_on', 'as_of.last_complete_on') }} as days_ago

    from first_listed
    cross join as_of

),

windowed as (

    select
        paper_id,
        days_ago < {{ var('rising_recent_days') }} as is_recent,
        power(0.5, cast(days_ago as double) / {{ var('rising_half_life_days') }}) as weight

    from aged
    where days_ago < {{ var('rising_recent_days') + var('rising_baseline_days') }}

),

totals as (

    select
        count(*) filter (where is_recent) as recent_total,
        count(*) filter (where not is_recent) as baseline_total,
        sum(weight) as weight_total

    from windowed

),

counted as (

    select
        tagged.topic,
        count(*) filter (where windowed.is_recent) as recent_papers,
        count(*) filter (where not windowed.is_recent) as baseline_papers,
        sum(windowed.weight) as weight

    from windowed
    inner join tagged on windowed.paper_id = tagged.paper_id
    group by tagged.topic

),

expected as (

    select
        counted.topic,
        counted.recent_papers,
        totals.recent_total * counted.weight / totals.weight_total as steady_papers,
        -- Without a baseline nothing is expected, and nothing can be said to rise.
        totals.recent_total * counted.baseline_papers / nullif(cast(totals.baseline_total as double), 0)
            as expected_papers

    from counted
    cross join totals

),

recent_tags as (

    select
        tagged.paper_id,
        tagged.topic,
        ln({{ rising_ratio('expected.recent_papers', 'expected.expected_papers', 1) }}) as growth

    from windowed
    inner join tagged on windowed.paper_id = tagged.paper_id
    inner join expected on tagged.topic = expected.topic
    where windowed.is_recent

),

paper_growth as (

    select
        paper_id,
        sum(growth) as total,
        count(*) as topics

    from recent_tags
    group by paper_id

),

company as (

    -- How the other topics of a topic's recent papers grow: what rises, rises in company.
    select
        recent_tags.topic,
        count(*) as recent_papers,
        coalesce(
            (sum(paper_growth.total) - sum(recent_tags.growth))
            / nullif(sum(paper_growth.topics) - count(*), 0), 0
        ) as growth

    from recent_tags
    inner join paper_growth on recent_tags.paper_id = paper_growth.paper_id
    group by recent_tags.topic

),

usual_company as (

    select sum(recent_papers * growth) / sum(recent_papers) as growth from company

),

forecast as (

    select
        expected.topic,
        expected.recent_papers,
        expected.expected_papers,
        expected.steady_papers * exp(
            coalesce(company.growth - usual_company.growth, 0)
        ) as forecast_papers,
        case
            when expected.expected_papers is not null
                then greatest(
                    {{ var('rising_min_papers') }}, {{ var('rising_times') }} * expected.expected_papers
                )
        end as bar_papers

    from expected
    left join company on expected.topic = company.topic
    cross join usual_company

),

judged as (

    select
        topic,
        recent_papers,
        expected_papers,
        forecast_papers,
        {{ rising_ratio('recent_papers', 'expected_papers', var('rising_prior')) }} as rising_ratio,
        {{ rising_eb05('recent_papers', 'expected_papers', var('rising_prior')) }} as rising_eb05,
        {{ rising_score('forecast_papers', 'bar_papers') }} as rising_score,
        coalesce(
            recent_papers >= {{ var('rising_min_papers') }} and forecast_papers > bar_papers, false
        ) as is_rising

    from forecast

),

final as (

    select
        *,
        case
            when is_rising
                then row_number() over (partition by is_rising order by rising_score desc, topic asc)
        end as rising_rank

    from judged

)

select * from final
