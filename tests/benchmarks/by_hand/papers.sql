-- paper_observations, paper_listings, listing_days and submitters straight from the lake, and what the
-- other scripts count papers by.

create macro spaced(words, runs) as
    regexp_replace(regexp_replace(words, runs, ' ', 'g'), '  +', ' ', 'g');
create macro clean(words) as nullif(trim(spaced(words, '[^\S ]+')), '');
create macro in_order(pairs) as list_transform(list_sort(pairs), lambda pair: pair[2]);

create temp table seen as
select
    paper_id,
    listing_date,
    source,
    rank,
    upvotes,
    num_comments,
    github_stars,
    nullif(submitter_username, '') as submitter_username,
    clean(submitter_name) as submitter_name,
    observed_at at time zone 'UTC' as observed_at
from read_parquet('lake/listings/**/*.parquet', hive_partitioning = false, union_by_name = true);

create temp table listings as
select
    paper_id,
    listing_date,
    max_by(rank, observed_at) filter (rank is not null) as hub_rank,
    max_by(upvotes, observed_at) filter (upvotes is not null) as upvotes,
    max_by(num_comments, observed_at) filter (num_comments is not null) as num_comments,
    max_by(submitter_username, observed_at) filter (submitter_username is not null) as submitter_username,
    max_by(submitter_name, observed_at) filter (submitter_name is not null) as submitter_name,
    max(observed_at) as last_observed_at
from seen
group by all;

create temp table counted as
select
    *,
    upvotes - lag(upvotes ignore nulls) over (partition by paper_id order by observed_at) as upvotes_change
from (
    from seen
    qualify row_number() over (
        partition by paper_id, observed_at order by listing_date desc, rank nulls last, source
    ) = 1
);

-- F5: the age is that since the newest listing day before, else the first.
create temp table aged as
select
    *,
    (epoch(observed_at) - epoch(listed_on::timestamp)) / 3600.0 as hours,
    observed_at::date as observed_on,
    case when hours between 0 and getvariable('score_hours') then
        ln(1 + upvotes)
        + getvariable('score_growth') * ln((getvariable('score_hours') + 2.0) / (hours + 2.0))
    end as promise
from (
    select
        counted.paper_id,
        counted.observed_at,
        counted.upvotes,
        coalesce(
            day.listing_date, min(counted.listing_date) over (partition by counted.paper_id)
        ) as listed_on
    from counted
    asof left join listings as day
        on counted.paper_id = day.paper_id and counted.observed_at::date >= day.listing_date
);

create temp table scored as
with promised as (
    select
        paper_id,
        listed_on,
        observed_on,
        max_by(promise, observed_at) as promise
    from aged
    where promise is not null
    group by all
),

spans as (
    select
        promise,
        observed_on,
        least(
            lead(observed_on) over (partition by paper_id, listed_on order by observed_on),
            observed_on + getvariable('score_history_days') + 1
        ) as holds_until
    from promised
),

-- Each day's sums of the promises that hold: those made until it without those that are over.
running as (
    select
        changed_on as observed_on,
        sum(sum(sign)) over day_by_day as papers,
        sum(sum(sign * promise)) over day_by_day as total,
        sum(sum(sign * promise * promise)) over day_by_day as squares
    from (
        select observed_on as changed_on, promise, 1 as sign from spans
        union all
        select holds_until, promise, -1 from spans
    )
    group by changed_on
    window day_by_day as (order by changed_on)
),

history as (
    select
        observed_on,
        papers,
        total / papers as mean,
        sqrt(greatest(squares / papers - power(total / papers, 2), 0)) as spread
    from running
)

select
    paper_id,
    observed_at,
    listed_on,
    (promise - mean) / spread as score
from aged
inner join history using (observed_on)
where promise is not null and papers >= getvariable('score_min_history') and spread > 0;

create table paper_observations as
select
    counted.paper_id,
    observed_at,
    listing_date,
    source,
    rank,
    counted.upvotes,
    num_comments,
    github_stars,
    upvotes_change,
    aged.hours as hours_since_listed,
    score
from counted
left join aged using (paper_id, observed_at)
left join scored using (paper_id, observed_at)
order by listing_date, paper_id, observed_at;

create table listing_days as
with seen_days as (
    select
        *,
        observed_at at time zone 'UTC' as seen_at,
        epoch(seen_at - listing_date::timestamp) / 3600
        >= if(max(seen_at::date) over () - listing_date >= 14, 6, 24) as is_late
    from read_parquet('lake/observations/**/*.parquet', hive_partitioning = false, union_by_name = true)
    where listing_kind = 'day' and status <> 'failed'
),

observed as (
    select
        listing_date,
        count(*) as observations,
        max(seen_at) as last_observed_at,
        max(seen_at) filter (status in ('complete', 'empty')) as end_seen_at,
        sum(pages_fetched) as pages_fetched,
        bool_or(status = 'complete' and is_late) as is_complete,
        bool_or(status <> 'empty') as is_listed,
        is_listed or not bool_or(is_late) as is_partial
    from seen_days
    group by listing_date
),

calendar as (
    select unnest(generate_series(min(listing_date), max(listing_date), interval 1 day))::date as listing_date
    from observed
)

select
    listing_date,
    case
        when is_complete then 'complete'
        when is_partial then 'partial'
        when observations is null then 'missing'
        else 'empty'
    end as status,
    coalesce(papers, 0) as papers,
    coalesce(pages_fetched, 0)::bigint as pages_fetched,
    coalesce(observations, 0) as observations,
    last_observed_at,
    end_seen_at
from calendar
left join observed using (listing_date)
left join (select listing_date, count(*) as papers from listings group by all) using (listing_date)
where isodow(listing_date) <= 5 or is_listed
order by listing_date;

create table paper_listings as
with newest as (
    select
        paper_id,
        listed_on as listing_date,
        max_by(score, observed_at) as score
    from scored
    group by all
)

select
    paper_id,
    listing_date,
    row_number() over (
        partition by listing_date order by upvotes desc nulls last, hub_rank nulls last, paper_id
    ) as rank_on_day,
    upvotes,
    num_comments,
    submitter_username,
    coalesce(
        score,
        (if(
            count(*) over (partition by listing_date) = 1,
            0.5,
            percent_rank() over (partition by listing_date order by upvotes nulls first)
        ) - 0.5) * sqrt(12)
    ) as score,
    if(score is null, 'rank on day', 'age fair') as score_method,
    coalesce(status = 'complete', false) as is_complete_day
from listings
left join newest using (paper_id, listing_date)
left join (select listing_date, status from listing_days) using (listing_date)
order by listing_date, rank_on_day;

create table submitters as
select
    submitter_username,
    max_by(submitter_name, last_observed_at) as name,
    count(distinct paper_id) as papers,
    count(*) / sum(count(*)) over ()::double as share_of_listings,
    median(upvotes) as upvotes_median
from listings
where submitter_username is not null
group by submitter_username;

create temp table measures as
with newest as (
    select
        paper_id,
        max_by(upvotes, (observed_at, listing_date)) filter (upvotes is not null) as upvotes
    from seen
    group by paper_id
),

listed as (
    select
        paper_id,
        min(listing_date) as dated_on,
        min(listing_date) filter (is_complete_day) as listed_on,
        max_by(score, listing_date) as standard_score
    from paper_listings
    group by paper_id
)

select * from newest inner join listed using (paper_id);
