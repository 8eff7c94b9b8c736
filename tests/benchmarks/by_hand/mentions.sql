-- What names authors and organizations in the lake: author lines with how rare their names are, and
-- which paper names which organization.

create macro fold(words) as
    nullif(trim(spaced(lower(nfc_normalize(words)), '[^\p{L}\p{N} ]+')), '');
create macro fold_name(words) as coalesce(fold(strip_accents(words)), lower(words));

create temp table organization_lines as
select
    paper_id,
    max_by(nullif(organization_id, ''), (observed_at, listing_date))
        filter (nullif(organization_id, '') is not null) as slug,
    max_by(clean(organization_name), (observed_at, listing_date))
        filter (clean(organization_name) is not null) as shown_name,
    fold(shown_name) as folded_name
from read_parquet('lake/listings/**/*.parquet', hive_partitioning = false, union_by_name = true)
group by paper_id
having slug is not null or shown_name is not null;

create temp table reviewed as
select organization_id, coalesce(canonical_id, organization_id) as canonical_id, name, parent_name, kind
from read_csv(getvariable('seeds') || '/organization_names.csv', all_varchar = true);

create temp table organization_papers as
with slugs as (
    select
        slug,
        folded_name,
        coalesce(canonical_id, slug) as organization_id,
        canonical_id is not null as is_reviewed,
        count(*) as papers
    from organization_lines
    left join reviewed on slug = reviewed.organization_id
    where slug is not null
    group by all
),

names as (
    select
        folded_name,
        arg_min(organization_id, (not is_reviewed, -papers, organization_id)) as organization_id
    from (
        select folded_name, organization_id, is_reviewed, papers from slugs where folded_name is not null
        union all
        select fold(name), min(canonical_id), true, 0 from reviewed group by all
    )
    group by folded_name
)

select
    paper_id,
    shown_name,
    coalesce(known.canonical_id, names.organization_id, slug, folded_name) as organization_id
from organization_lines
left join reviewed as known on slug = known.organization_id
left join names using (folded_name)
where coalesce(slug, folded_name) is not null;

create temp table mentions as
with lists as (
    select paper_id, max_by(authors, observed_at) as authors
    from read_parquet('lake/listings/**/*.parquet', hive_partitioning = false, union_by_name = true)
    where len(authors) > 0
    group by paper_id
),

lines as (
    select
        paper_id,
        generate_subscripts(authors, 1) as position,
        unnest(authors) as line
    from lists
),

named as (
    select *, coalesce(clean(line.name), 'unnamed') as name, fold_name(name) as folded_name from lines
),

spellings as (
    select
        folded_name,
        regexp_replace(folded_name, '^([^ ]{2,})( [a-z])+ ', '\1 ') as short_name,
        nullif(regexp_extract(folded_name, '^[^ ]{2,} ([a-z]) ', 1), '') as middle_initial,
        teams.folded_name is not null
        or regexp_matches(folded_name, getvariable('identity_team_words')) as is_team,
        if(
            not bool_or(is_team) over alike and min(middle_initial) over alike = max(middle_initial) over alike,
            short_name,
            folded_name
        ) as matched_name
    from (select distinct folded_name from named)
    left join read_csv(getvariable('seeds') || '/team_names.csv', all_varchar = true) as teams
        using (folded_name)
    window alike as (partition by short_name)
),

names as (
    select
        matched_name,
        regexp_extract(matched_name, '([^ ]+)$', 1) as surname,
        regexp_extract(matched_name, '^(.*) [^ ]+$', 1) as given_name,
        greatest(
            1.0 * count(*) over (partition by surname) * count(*) over (partition by given_name)
            / count(*) over (),
            getvariable('identity_least_namesakes')
        ) as namesakes
    from (select distinct matched_name from spellings)
),

submitted as (
    select
        *,
        count(*) over (partition by submitter_username)
        > getvariable('identity_curator_share') * count(*) over () as is_curator
    from (
        select
            paper_id,
            max_by(submitter_username, last_observed_at) as submitter_username,
            max_by(submitter_name, last_observed_at) as submitter_name
        from listings
        where submitter_username is not null
        group by paper_id
    )
),

-- Mentions are numbered through the papers, the oldest first; by its first one a paper numbers its
-- submitter and organization.
numbered as (
    select
        paper_id,
        submitter_username,
        submitter_name,
        is_curator,
        organization_id,
        sum(len(authors)) over (order by dated_on nulls last, paper_id) - len(authors) as before
    from lists
    left join measures using (paper_id)
    left join submitted using (paper_id)
    left join organization_papers using (paper_id)
),

papers as (
    select
        *,
        case when not is_curator
            then min(before) over (partition by submitter_username) + 1 end as submitter_number,
        case when organization_id is not null
            then min(before) over (partition by organization_id) + 1 end as organization_number
    from numbered
),

repeated as (
    select paper_id, matched_name, min(position) as first_position
    from named
    inner join spellings using (folded_name)
    group by all
    having count(*) > 1
),

known as (
    select
        paper_id,
        position,
        name,
        folded_name,
        matched_name,
        coalesce(line.is_hidden, false) as is_hidden,
        submitter_username,
        submitter_number,
        organization_id,
        organization_number,
        namesakes,
        (before + position)::bigint as mention,
        coalesce(first_position, position) = position as is_first_line,
        is_team,
        case when line.status in ('claimed_verified', 'admin_assigned', 'extracted_confirmed')
            then line.username end as verified,
        coalesce(
            verified, case when fold_name(submitter_name) = folded_name then submitter_username end
        ) as claimed
    from named
    inner join spellings using (folded_name)
    inner join names using (matched_name)
    inner join papers using (paper_id)
    left join repeated using (paper_id, matched_name)
),

called as (
    select
        matched_name,
        min(mention) as name_number,
        count(*) filter (is_first_line) as mentions_of_name
    from known
    group by matched_name
),

accounts as (
    select mention, claimed as account
    from known
    where claimed is not null
    qualify row_number() over (partition by paper_id, claimed order by verified is null, position) = 1
)

select
    known.*,
    name_number,
    mentions_of_name,
    getvariable('identity_name_log_odds') - getvariable('identity_name_slope') * ln(namesakes) as odds,
    case when not is_team then account end as account
from known
inner join called using (matched_name)
left join accounts using (mention);
