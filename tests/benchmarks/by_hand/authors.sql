-- authors, coauthors, author_months, organizations and organization_months, from the tables of the
-- scripts before.

create temp table authored as
select
    author_id,
    paper_id,
    is_first,
    is_last,
    credit::double as credit,
    upvotes,
    standard_score,
    dated_on,
    row_number() over (partition by author_id order by upvotes desc nulls last) as place,
    count(*) over (partition by paper_id) as authors
from paper_authors
inner join measures using (paper_id);

create table coauthors as
select
    one.author_id,
    other.author_id as coauthor_id,
    count(*) as papers,
    min(one.dated_on) as first_paper_on,
    max(one.dated_on) as last_paper_on
from authored as one
inner join authored as other on one.paper_id = other.paper_id and one.author_id < other.author_id
where one.authors <= getvariable('coauthor_most_authors')
group by all;

create table author_months as
select
    author_id,
    date_trunc('month', dated_on)::date as month_start_on,
    count(*) as papers,
    sum(credit) as credit,
    coalesce(sum(upvotes), 0)::bigint as upvotes
from authored
where dated_on is not null
group by all;

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

create temp table top_topics as
select entity_kind, entity_id, list(topic order by place) as top_topics
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

create temp table recent as
with dated as (
    select entity_kind, entity_id, upvotes, 12 * year(dated_on) + month(dated_on) as month_number
    from entity_papers
    inner join measures using (paper_id)
    where dated_on is not null
)

select
    entity_kind,
    entity_id,
    count(*) filter (month_number > newest - 12) as papers_12_months,
    coalesce(sum(upvotes) filter (month_number > newest - 12), 0)::bigint as upvotes_12_months,
    count(*) filter (month_number > newest - 3) as papers_3_months,
    coalesce(sum(upvotes) filter (month_number > newest - 3), 0)::bigint as upvotes_3_months
from dated
inner join (select entity_kind, max(month_number) as newest from dated group by all) using (entity_kind)
group by entity_kind, entity_id;

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
left join recent on recent.entity_kind = 'organization' and recent.entity_id = organization_id
left join rising on rising.entity_kind = 'organization' and rising.entity_id = organization_id;

create table authors as
with credited as (
    select
        author_id,
        count(*) as papers,
        count(*) filter (is_first) as first_author_papers,
        count(*) filter (is_last) as last_author_papers,
        min(dated_on) as first_paper_on,
        max(dated_on) as last_paper_on,
        coalesce(sum(upvotes), 0)::bigint as upvotes_total,
        median(upvotes) as upvotes_median,
        (coalesce(sum(standard_score), 0) + getvariable('shrink_papers') * mean)
        / (count(standard_score) + getvariable('shrink_papers')) as score_shrunk,
        count(*) filter (upvotes >= place) as hub_h_index
    from authored
    cross join (select avg(standard_score) as mean from measures)
    group by author_id, mean
),

identified as (
    select
        author_id,
        if(author_id like 'hub:%', substr(author_id, 5), null) as hub_username,
        bool_or(is_team) as is_team,
        min_by(identity_method, list_position([
            'reviewed', 'hub username', 'submitter', 'team', 'shared evidence', 'rare name',
            'only mention', 'kept apart', 'same paper'
        ], identity_method)) as identity_method,
        avg(identity_confidence) as identity_confidence
    from paper_authors
    inner join (select paper_id, position, is_team from persons) using (paper_id, position)
    group by author_id
),

named as (
    select author_id, arg_min(name_as_listed, (-lines, name_as_listed)) as name
    from (select author_id, name_as_listed, count(*) as lines from paper_authors group by all)
    group by author_id
),

employed as (
    select author_id, arg_min(organization_id, (-papers, -last_on, organization_id)) as organization_id
    from (
        select author_id, organization_id, count(*) as papers, epoch(max(dated_on)) as last_on
        from authored
        inner join organization_papers using (paper_id)
        group by all
    )
    group by author_id
),

accompanied as (
    select author_id, count(*) as coauthors
    from (select author_id from coauthors union all select coauthor_id from coauthors)
    group by author_id
)

select
    author_id,
    named.name,
    hub_username,
    is_team,
    identity_method,
    identity_confidence,
    credited.papers,
    first_author_papers,
    last_author_papers,
    first_paper_on,
    last_paper_on,
    credited.upvotes_total,
    upvotes_median,
    credited.score_shrunk,
    coalesce(recent.papers_12_months, 0) as papers_12_months,
    coalesce(recent.upvotes_12_months, 0) as upvotes_12_months,
    coalesce(recent.papers_3_months, 0) as papers_3_months,
    coalesce(recent.upvotes_3_months, 0) as upvotes_3_months,
    hub_h_index,
    coalesce(coauthors, 0) as coauthors,
    organizations.name as top_organization_name,
    coalesce(top_topics.top_topics, []::varchar[]) as top_topics,
    coalesce(rising.is_rising, false) as is_rising,
    rising.recent_papers,
    rising.expected_papers,
    rising.rising_eb05
from credited
inner join identified using (author_id)
inner join named using (author_id)
left join accompanied using (author_id)
left join employed using (author_id)
left join organizations using (organization_id)
left join top_topics on top_topics.entity_kind = 'author' and top_topics.entity_id = author_id
left join recent on recent.entity_kind = 'author' and recent.entity_id = author_id
left join rising on rising.entity_kind = 'author' and rising.entity_id = author_id;
