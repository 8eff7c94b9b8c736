"""Queries of one paper: its facts, curve, listings, links, claims and what is like it.

What does not belong here: lists of papers by day (``listings``) or by words (``search``).
"""

from __future__ import annotations

from dashboard.data import search
from dashboard.data.warehouse import Result, Warehouse

SIMILAR_SHOWN = 6


def paper(house: Warehouse, paper_id: str) -> Result:
    """One paper: a row of ``papers``, or none."""
    return house.run("select * from papers where paper_id = $paper_id", paper_id=paper_id)


def upvote_curve(house: Warehouse, paper_id: str) -> Result:
    """Every observation of a paper, oldest first."""
    return house.run(
        """
select
    observed_at,
    upvotes,
    upvotes_change,
    rank,
    num_comments,
    github_stars,
    hours_since_listed,
    listing_date,
    source

from paper_observations
where paper_id = $paper_id
order by observed_at
limit 2000
""",
        paper_id=paper_id,
    )


def listed_on(house: Warehouse, paper_id: str) -> Result:
    """The days a paper was listed on, oldest first, with its rank and who brought it."""
    return house.run(
        """
select
    listing_date,
    rank_on_day,
    upvotes,
    num_comments,
    submitter_username,
    score,
    is_complete_day

from paper_listings
where paper_id = $paper_id
order by listing_date
""",
        paper_id=paper_id,
    )


def author_lines(house: Warehouse, paper_id: str) -> Result:
    """A paper's authors in order, with the person each line was found to be."""
    return house.run(
        """
select
    position,
    name_as_listed,
    author_id

from paper_authors
where paper_id = $paper_id and not is_hidden
order by position
""",
        paper_id=paper_id,
    )


def links(house: Warehouse, paper_id: str) -> Result:
    """Addresses found with a paper, code first."""
    return house.run(
        """
select
    kind,
    url,
    found_in

from paper_links
where paper_id = $paper_id
order by list_position(['code', 'project', 'model', 'dataset', 'demo', 'other'], kind), url
limit 100
""",
        paper_id=paper_id,
    )


def scale_claims(house: Warehouse, paper_id: str) -> Result:
    """Numbers of scale read from a paper's title and abstract."""
    return house.run(
        """
select
    claim_value,
    unit,
    text_span,
    found_in

from paper_scale_claims
where paper_id = $paper_id
order by claim_value desc, text_span
""",
        paper_id=paper_id,
    )


def similar(house: Warehouse, paper_id: str) -> Result:
    """Papers like this one in topics, people and words, most alike first."""
    row = paper(house, paper_id).first
    found = search.opened(house).similar(row, SIMILAR_SHOWN) if row else []
    return search.by_ids(house, tuple(found))
