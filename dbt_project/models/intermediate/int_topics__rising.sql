-- Rising topics, as of the last complete day: F1's ratio and bound, and the forecast that ranks.
-- A topic rises when its forecast for the days to come beats the share it had before.
with

ratios as (

    {{ rising_ratios(
        ref('int_topics__tagged'), 'topic', var('rising_recent_days'), var('rising_baseline_days'),
        var('rising_prior'), of_carrying=false
    ) }}

),

tagged as (

    select * from {{ ref('int_topics__tagged') }}

),

weighted as (

    select
        paper_id,
        days_ago < {{ var('rising_recent_days') }} as is_recent,
        power(0.5, cast(days_ago as double) / {{ var('rising_half_life_days') }}) as weight

    from {{ ref('int_papers__days_ago') }}
    where days_ago < {{ var('rising_recent_days') + var('rising_baseline_days') }}

),

totals as (

    select
        count(*) filter (where is_recent) as recent_total,
        sum(weight) as weight_total

    from weighted

),

steady as (

    -- What the topic's share of late, a paper's weight halving with its age, makes of as many papers.
    select
        tagged.topic,
        any_value(totals.recent_total) * sum(weighted.weight) / any_value(totals.weight_total) as papers

    from weighted
    inner join tagged on weighted.paper_id = tagged.paper_id
    cross join totals
    group by tagged.topic

),

recent_tags as (

    select
        tagged.paper_id,
        tagged.topic,
        ln({{ rising_ratio('ratios.recent_papers', 'ratios.expected_papers', 1) }}) as growth

    from weighted
    inner join tagged on weighted.paper_id = tagged.paper_id
    inner join ratios on tagged.topic = ratios.topic
    where weighted.is_recent

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
        ratios.*,
        steady.papers * exp(coalesce(company.growth - usual_company.growth, 0)) as forecast_papers,
        case
            when ratios.expected_papers is not null
                then greatest(
                    {{ var('rising_min_papers') }}, {{ var('rising_times') }} * ratios.expected_papers
                )
        end as bar_papers

    from ratios
    inner join steady on ratios.topic = steady.topic
    left join company on ratios.topic = company.topic
    cross join usual_company

),

judged as (

    select
        topic,
        recent_papers,
        expected_papers,
        forecast_papers,
        rising_ratio,
        rising_eb05,
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
