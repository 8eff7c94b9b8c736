"""Queries of scale claims: how large models, texts and collections say they are, over time."""

from __future__ import annotations

from typing import Final

from dashboard.data.warehouse import Result, Warehouse

UNITS: Final = {"parameters": "Parameters", "tokens": "Tokens", "items": "Items"}
"""Units of a claim: the value to the word shown."""

CLAIMS_SHOWN: Final = 1500


_LARGEST: Final = """
with

largest as (

    select
        paper_id,
        max(claim_value) as claim_value,
        max_by(text_span, claim_value) as text_span

    from paper_scale_claims
    where unit = $unit and claim_value > 0
    group by paper_id

),

dated as (

    select
        papers.rowid as place_in_table,
        papers.paper_id,
        coalesce(papers.first_listed_on, papers.published_on) as day,
        largest.claim_value,
        largest.text_span

    from largest
    inner join papers using (paper_id)
    where coalesce(papers.first_listed_on, papers.published_on) is not null

)"""


def claims(house: Warehouse, unit: str, limit: int = CLAIMS_SHOWN) -> Result:
    """The largest claim of each paper in a unit, newest paper first.

    Returns:
        ``paper_id``, ``title``, ``day``, ``claim_value``, ``text_span``, ``upvotes``,
        ``organization_name`` and ``matches``, the number of papers with a claim.
    """
    return _first(house, unit, ("day desc", "paper_id"), limit)


def largest(house: Warehouse, unit: str, limit: int = 50) -> Result:
    """The papers with the largest claims in a unit; rows as of :func:`claims`."""
    return _first(house, unit, ("claim_value desc", "day desc", "paper_id"), limit)


def _first(house: Warehouse, unit: str, order: tuple[str, ...], limit: int) -> Result:
    return house.run(
        f"""{_LARGEST},

chosen as (

    select
        *,
        count(*) over () as matches

    from dated
    order by {", ".join(order)}
    limit $limit

)

select
    chosen.paper_id,
    papers.title,
    chosen.day,
    chosen.claim_value,
    chosen.text_span,
    papers.upvotes,
    papers.organization_name,
    chosen.matches

from chosen
inner join papers on chosen.place_in_table = papers.rowid
order by {", ".join(f"chosen.{rank}" for rank in order)}
""",  # noqa: S608 - the pieces are this module's own
        unit=unit,
        limit=limit,
    )


def claims_by_month(house: Warehouse, unit: str) -> Result:
    """Median and upper tenth of each month's papers by their largest claim, oldest month first."""
    return house.run(
        _LARGEST
        + """

select
    date_trunc('month', day)::date as month,
    count(*) as papers,
    median(claim_value) as median_value,
    quantile_cont(claim_value, 0.9) as upper_tenth

from dated
group by month
order by month
""",
        unit=unit,
    )
