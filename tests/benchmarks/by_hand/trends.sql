-- topics, trending_papers and what_is_special, from the tables of the scripts before.

create table topics as
with windowed as (
    select
        paper_id,
        days_ago < getvariable('rising_recent_days') as is_recent,
        power(0.5, days_ago / getvariable('rising_half_life_days')) as weight
    from (
        select paper_id, max(listed_on) over () - listed_on as days_ago
        from measures
        where listed_on is not null
    )
    where days_ago < getvariable('rising_recent_days') + getvariable('rising_baseline_days')
),

tags as (from windowed inner join paper_topics using (paper_id)),

expected as (
    select
        topic,
        count(*) filter (is_recent) as recent_papers,
        total.recent * sum(tags.weight) / total.weight as steady,
        total.recent * count(*) filter (not is_recent) / nullif(total.baseline::double, 0) as expected_papers
    from tags
    cross join (
        select
            count(*) filter (is_recent) as recent,
            count(*) filter (not is_recent) as baseline,
            sum(weight) as weight
        from windowed
    ) as total
    group by topic, total.recent, total.baseline, total.weight
),

grown as (
    select
        topic,
        ln((recent_papers + 1) / (expected_papers + 1)) as growth,
        sum(growth) over (partition by paper_id) - growth as of_others,
        count(growth) over (partition by paper_id) - 1 as others,
        count(*) over (partition by paper_id) - 1 as all_others
    from tags
    inner join expected using (topic)
    where is_recent
),

company as (
    select
        topic,
        count(*) as papers,
        coalesce(sum(of_others) / nullif(sum(all_others), 0), 0) as growth
    from grown
    group by topic
),

forecast as (
    select
        expected.*,
        steady * exp(coalesce(company.growth - usual.growth, 0)) as forecast_papers,
        case when expected_papers is not null then
            greatest(getvariable('rising_min_papers'), getvariable('rising_times') * expected_papers)
        end as bar,
        coalesce(
            recent_papers >= getvariable('rising_min_papers') and forecast_papers > bar, false
        ) as is_rising,
        recent_papers + getvariable('rising_prior') as o,
        o / (expected_papers + getvariable('rising_prior')) as rising_ratio,
        rising_ratio * power(1 - 1 / (9.0 * o) - 1.6449 * sqrt(1 / (9.0 * o)), 3) as rising_eb05,
        2 * (sqrt(forecast_papers) - sqrt(bar)) as rising_score
    from expected
    left join company using (topic)
    cross join (select sum(papers * growth) / sum(papers) as growth from company) as usual
)

select
    topic,
    count(*) as papers,
    min(dated_on) as first_seen_on,
    max(dated_on) as last_seen_on,
    median(upvotes) as upvotes_median,
    coalesce(any_value(is_rising), false) as is_rising,
    any_value(recent_papers) as recent_papers,
    any_value(expected_papers) as expected_papers,
    any_value(rising_ratio) as rising_ratio,
    any_value(rising_eb05) as rising_eb05,
    any_value(forecast_papers) as forecast_papers,
    any_value(rising_score) as rising_score,
    any_value(place) as rising_rank
from paper_topics
inner join measures using (paper_id)
left join (
    select
        *,
        case when is_rising then
            row_number() over (partition by is_rising order by rising_score desc, topic)
        end as place
    from forecast
) using (topic)
group by topic;

create table trending_papers as
with periods as (select unnest(['day', 'week', 'month']) as period),

listed as (
    select
        period,
        date_trunc(period, listing_date)::date as period_start_on,
        paper_id,
        max(score) as score
    from paper_listings
    cross join periods
    where is_complete_day
    group by all
),

gained as (
    select
        period,
        date_trunc(period, observed_at)::date as period_start_on,
        paper_id,
        sum(coalesce(upvotes_change, upvotes))::bigint as upvotes_gained
    from counted
    cross join periods
    where upvotes is not null
    group by all
)

select
    period,
    period_start_on,
    row_number() over (
        partition by period, period_start_on order by score desc, upvotes desc nulls last, paper_id
    ) as rank,
    paper_id,
    score,
    upvotes,
    upvotes_gained
from listed
inner join measures using (paper_id)
left join gained using (period, period_start_on, paper_id)
order by period, period_start_on, rank;

create table what_is_special as
with entities as (
    select 'week' as entity_kind, date_trunc('week', listed_on)::date::varchar as entity_id, paper_id
    from measures
    where listed_on is not null
    union all
    select 'organization', organization_id, paper_id from organization_papers
    union all
    select 'author', author_id, paper_id from paper_authors
),

here as (
    select
        entity_kind,
        entity_id,
        topic,
        count(*) as y,
        sum(count(*)) over (partition by entity_kind, entity_id) as n
    from (
        from entities
        qualify count(*) over (partition by entity_kind, entity_id) >= getvariable('special_min_papers')
    )
    inner join paper_topics using (paper_id)
    group by entity_kind, entity_id, topic
),

compared as (
    select
        here.*,
        pooled.papers - y as other_y,
        pooled.total - n as other_n,
        getvariable('special_prior_papers') as a0,
        a0 * pooled.papers::double / pooled.total as a,
        ln((y + a) / (n + a0 - y - a)) - ln((other_y + a) / (other_n + a0 - other_y - a)) as log_odds,
        log_odds / sqrt(1 / (y + a) + 1 / (other_y + a)) as z
    from here
    inner join (
        select topic, count(*) as papers, sum(count(*)) over () as total from paper_topics group by topic
    ) as pooled using (topic)
)

select
    entity_kind,
    entity_id,
    topic,
    row_number() over (partition by entity_kind, entity_id order by z desc, topic) as rank,
    y as papers,
    log_odds,
    z
from compared
qualify rank <= getvariable('special_top')
order by entity_kind, entity_id, z desc;
