-- organizations and organization_months, and what people and organizations have in common.

create table organization_months as
select
    organization_id,
    date_trunc('month', dated_on)::date as month_start_on,
    count(*) as papers,
    count(*)::double as credit,
    coalesce(sum(upvotes), 0)::bigint as upvotes
from organization_papers
inner join measures using (paper_id)
where dated_on is not null
group by all;

-- F6 of people and organizations at once.
create temp table entity_papers as
select 'author' as entity_kind, author_id as entity_id, paper_id from paper_authors
union all
select 'organization', organization_id, paper_id from organization_papers;

create temp table rising as
with windowed as (
    select paper_id, days_ago < getvariable('rising_entity_recent_days') as is_recent
    from (
        select paper_id, max(listed_on) over () - listed_on as days_ago
        from measures
        where listed_on is not null
    )
    where days_ago < getvariable('rising_entity_recent_days') + getvariable('rising_entity_baseline_days')
),

totals as (
    select entity_kind, count(*) filter (is_recent) as recent, count(*) filter (not is_recent) as baseline
    from (select distinct entity_kind, paper_id from entity_papers)
    inner join windowed using (paper_id)
    group by entity_kind
)

select
    entity_kind,
    entity_id,
    count(*) filter (is_recent) as recent_papers,
    totals.recent::double * count(*) filter (not is_recent) / nullif(totals.baseline, 0) as expected_papers,
    recent_papers + getvariable('rising_entity_prior') as o,
    o * power(1 - 1 / (9.0 * o) - 1.6449 * sqrt(1 / (9.0 * o)), 3)
    / (expected_papers + getvariable('rising_entity_prior')) as rising_eb05,
    coalesce(recent_papers >= getvariable('rising_entity_min_papers') and rising_eb05 > 1, false) as is_rising
from entity_papers
inner join windowed using (paper_id)
inner join totals using (entity_kind)
group by entity_kind, entity_id, totals.recent, totals.baseline;

create temp table recent as
select
    entity_kind,
    entity_id,
    sum(papers)::bigint as papers_12_months,
    sum(upvotes)::bigint as upvotes_12_months,
    coalesce(sum(papers) filter (months_ago < 3), 0)::bigint as papers_3_months,
    coalesce(sum(upvotes) filter (months_ago < 3), 0)::bigint as upvotes_3_months
from (
    select
        *,
        date_diff(
            'month', month_start_on, max(month_start_on) over (partition by entity_kind)
        ) as months_ago
    from (
        select 'author' as entity_kind, author_id as entity_id, * from author_months
        union all
        select 'organization', organization_id, * from organization_months
    )
)
where months_ago < 12
group by all;

create temp table top_topics as
select entity_kind, entity_id, in_order(list((place, topic))) as top_topics
from (
    select
        entity_kind,
        entity_id,
        topic,
        row_number() over (partition by entity_kind, entity_id order by count(*) desc, topic) as place
    from entity_papers
    inner join paper_topics using (paper_id)
    group by entity_kind, entity_id, topic
    qualify place <= getvariable('top_topics')
)
group by all;

create table organizations as
with named as (
    select
        organization_id,
        coalesce(
            arg_min(shown_name, (-lines, shown_name)) filter (shown_name is not null), organization_id
        ) as shown_name
    from (select organization_id, shown_name, count(*) as lines from organization_papers group by all)
    group by organization_id
),

credited as (
    select
        organization_id,
        count(*) as papers,
        coalesce(sum(upvotes), 0)::bigint as upvotes_total,
        (coalesce(sum(standard_score), 0) + getvariable('shrink_papers') * mean)
        / (count(standard_score) + getvariable('shrink_papers')) as score_shrunk
    from organization_papers
    inner join measures using (paper_id)
    cross join (select avg(standard_score) as mean from measures)
    group by organization_id, mean
),

peopled as (
    select organization_id, count(distinct author_id) as authors
    from organization_papers
    inner join paper_authors using (paper_id)
    group by organization_id
)

select
    organization_id,
    coalesce(reviewed.name, shown_name) as name,
    parent_name,
    case
        when kind is not null then kind
        when regexp_matches(
            ' ' || fold(coalesce(reviewed.name, shown_name)) || ' ', ' (lab|labs|laboratory|group) '
        ) then 'lab'
        when regexp_matches(
            ' ' || fold(coalesce(reviewed.name, shown_name)) || ' ',
            'universi| institute of technology | college '
        ) then 'university'
    end as kind,
    credited.papers,
    coalesce(authors, 0) as authors,
    upvotes_total,
    score_shrunk,
    coalesce(recent.papers_12_months, 0) as papers_12_months,
    coalesce(recent.upvotes_12_months, 0) as upvotes_12_months,
    coalesce(recent.papers_3_months, 0) as papers_3_months,
    coalesce(recent.upvotes_3_months, 0) as upvotes_3_months,
    coalesce(top_topics, []::varchar[]) as top_topics,
    coalesce(is_rising, false) as is_rising,
    recent_papers,
    expected_papers,
    rising_eb05
from named
inner join credited using (organization_id)
left join reviewed using (organization_id)
left join peopled using (organization_id)
left join top_topics on top_topics.entity_kind = 'organization' and top_topics.entity_id = organization_id
left join rising on rising.entity_kind = 'organization' and rising.entity_id = organization_id
left join recent on recent.entity_kind = 'organization' and recent.entity_id = organization_id;
