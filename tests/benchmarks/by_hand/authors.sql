-- authors, from the tables of the scripts before.

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
left join rising on rising.entity_kind = 'author' and rising.entity_id = author_id
left join recent on recent.entity_kind = 'author' and recent.entity_id = author_id
order by author_id;
