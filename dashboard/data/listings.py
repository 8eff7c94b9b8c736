"""Queries of listing days: which papers were listed when, and which days are known.

What does not belong here: one paper's own facts (``papers``), trends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from dashboard.data.paged import PAPER, page_of
from dashboard.data.warehouse import Result, Warehouse

ORDERS: Final = {
    "score": "Score",
    "upvotes": "Upvotes",
    "gained": "Gained in 24 h",
    "newest": "Newest",
}
"""Orders of a listing: the parameter's value to the word shown."""

PAPERS_SHOWN: Final = 30

# What a paper had 24 hours before its last observation lies on the line between the observations
# around that hour; nobody knows when they lie further apart than 36 hours. A paper first seen
# later than that hour gained at least what it gained since.
_GAINS: Final = """
    select
        paper_id,
        list(upvotes order by observed_at) as curve,
        round(max_by(upvotes, observed_at) - case
            when count(*) > 1 and min(hour) > any_value(day_before)
                then min_by(upvotes, observed_at)
            else
                max(upvotes + (next_upvotes - upvotes) * (day_before - hour) / (next_hour - hour))
                    filter (where day_before between hour and next_hour and next_hour <= hour + 36)
        end)::bigint as gained

    from observed"""


@dataclass(frozen=True)
class Filters:
    """What a reader narrows a list of papers to; None means everything."""

    topic: str | None = None
    organization: str | None = None
    category: str | None = None
    has_code: bool | None = None
    without_submitter: str | None = None


def period_bounds(period: str, day: date) -> tuple[date, date]:
    """First and last day of the day, ISO week or month that ``day`` lies in."""
    if period == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if period == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return day, day


def listing(
    house: Warehouse,
    first: date,
    last: date,
    order: str,
    filters: Filters,
    page: int = 1,
    limit: int = PAPERS_SHOWN,
) -> Result:
    """Papers listed from ``first`` to ``last``, best first, with their upvote curve.

    Returns:
        One row a paper: its columns of ``papers``, ``rank_on_day``, ``gained`` (upvotes in the
        24 hours before the last observation; null when it was not observed often enough),
        ``curve`` (upvotes, oldest observation first), ``scale_claims`` (the largest three, as
        written, with their units) and ``matches`` (how many papers the filters let through).
    """
    return page_of(
        house,
        f"""
with

listed as (

    select
        paper_id,
        max(listing_date) as listing_date,
        min(rank_on_day) as rank_on_day

    from paper_listings
    where listing_date between $first and $last
    group by paper_id

),

observed as (

    select
        paper_id,
        upvotes,
        observed_at,
        epoch(observed_at) / 3600 as hour,
        lead(upvotes) over (partition by paper_id order by observed_at) as next_upvotes,
        epoch(lead(observed_at) over (partition by paper_id order by observed_at)) / 3600
            as next_hour,
        epoch(max(observed_at) over (partition by paper_id)) / 3600 - 24 as day_before

    from paper_observations
    where listing_date between $first and $last and upvotes is not null

),

gains as (

    {_GAINS} where $order = 'gained' group by paper_id

),

chosen as (

    select
        listed.*,
        papers.rowid as place_in_table,
        count(*) over () as matches,
        case $order
            when 'upvotes' then papers.upvotes
            when 'gained' then gains.gained
            when 'newest' then epoch(papers.published_on::timestamp)
            else papers.score
        end as place

    from listed
    inner join papers using (paper_id)
    left join gains using (paper_id)
    where
        ($topic is null or list_contains(papers.topics, $topic))
        and ($organization is null or papers.organization_id = $organization)
        and ($category is null or list_contains(papers.categories, $category))
        and ($has_code is null or (papers.github_url is not null) = $has_code)
        and (
            $without_submitter is null
            or papers.submitter_username is distinct from $without_submitter
        )
    order by place desc nulls last, papers.upvotes desc nulls last, paper_id
    limit $limit offset $offset

),

curves as (

    {_GAINS} where paper_id in (select paper_id from chosen) group by paper_id

),

claimed as (

    select
        paper_id,
        list(claim order by claim_value desc, claim)[:3] as scale_claims

    from (
        -- Both ends of a range are written in one place.
        select
            paper_id,
            text_span || ' ' || unit as claim,
            max(claim_value) as claim_value

        from paper_scale_claims
        where paper_id in (select paper_id from chosen)
        group by paper_id, claim
    ) as claims
    group by paper_id

)

select
    {PAPER},
    chosen.* exclude (paper_id, place, place_in_table),
    curves.curve,
    curves.gained,
    claimed.scale_claims

from chosen
inner join papers on chosen.place_in_table = papers.rowid
left join curves on chosen.paper_id = curves.paper_id
left join claimed on chosen.paper_id = claimed.paper_id
order by chosen.place desc nulls last, papers.upvotes desc nulls last, chosen.paper_id
""",  # noqa: S608 - the pieces are this package's own
        page,
        limit,
        first=first,
        last=last,
        order=order,
        **vars(filters),
    )


def choices(house: Warehouse, first: date, last: date) -> Result:
    """What can be filtered by in a span of days, most frequent first.

    Returns:
        Rows of ``kind`` (topic, organization, category, submitter), ``value``, ``label`` and
        ``papers``; at most 200 a kind.
    """
    return house.run(
        """
with

shown as (

    select papers.*
    from papers
    where paper_id in (
        select paper_id from paper_listings where listing_date between $first and $last
    )

),

options as (

    select 'topic' as kind, unnest(topics) as value, value as label from shown
    union all
    select 'organization', organization_id, organization_name from shown
    union all
    select 'category', unnest(categories) as category, category from shown
    union all
    select 'submitter', submitter_username, submitter_username from shown

)

select
    kind,
    value,
    any_value(label) as label,
    count(*) as papers

from options
where value is not null
group by kind, value
qualify row_number() over (partition by kind order by papers desc, value) <= 200
order by kind, papers desc, value
""",
        first=first,
        last=last,
    )


def listing_days(house: Warehouse, first: date | None = None, last: date | None = None) -> Result:
    """Every expected day from ``first`` to ``last`` with its status, oldest first."""
    return house.run(
        """
select *
from listing_days
where
    ($first is null or listing_date >= $first)
    and ($last is null or listing_date <= $last)
order by listing_date
""",
        first=first,
        last=last,
    )


def neighbours(house: Warehouse, first: date, last: date) -> tuple[date | None, date | None]:
    """The listing day with papers before ``first`` and the one after ``last``."""
    row = house.run(
        """
select
    max(listing_date) filter (where listing_date < $first) as before,
    min(listing_date) filter (where listing_date > $last) as after

from listing_days
where papers > 0
""",
        first=first,
        last=last,
    ).first
    return (row["before"], row["after"]) if row else (None, None)


def oldest_day(house: Warehouse) -> date | None:
    """The oldest listing day that has papers, or None when no day was collected."""
    row = house.run("select min(listing_date) as oldest from listing_days where papers > 0").first
    return row["oldest"] if row else None


def newest_day(house: Warehouse) -> date | None:
    """The newest listing day that has papers, or None when no day was collected."""
    row = house.run("select max(listing_date) as newest from listing_days where papers > 0").first
    return row["newest"] if row else None


def build_info(house: Warehouse) -> dict[str, Any]:
    """The version's own facts: when it was built, from what, and whether demo data is in it."""
    return house.run("select * from build_info").first or {}
