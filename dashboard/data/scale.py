"""Queries of scale claims: how large models, texts and collections say they are, over time."""

from __future__ import annotations

from typing import Final

from dashboard.data.warehouse import Result, Warehouse

UNITS: Final = {"parameters": "Parameters", "tokens": "Tokens", "items": "Items"}
"""Units of a claim: the value to the word shown."""

CLAIMS_SHOWN: Final = 1500


def claims(house: Warehouse, unit: str, limit: int = CLAIMS_SHOWN) -> Result:
    """The largest claim of each paper in a unit, newest paper first.

    Returns:
        ``paper_id``, ``title``, ``day``, ``claim_value``, ``text_span``, ``upvotes``, and
        ``matches``, the number of papers with a claim.
    """
    return house.run(
        """
with

largest as (

    select
        paper_id,
        max(claim_value) as claim_value,
        max_by(text_span, claim_value) as text_span

    from paper_scale_claims
    where unit = $unit and claim_value > 0
    group by paper_id

)

select
    papers.paper_id,
    papers.title,
    coalesce(papers.first_listed_on, papers.published_on) as day,
    largest.claim_value,
    largest.text_span,
    papers.upvotes,
    papers.organization_name,
    count(*) over () as matches

from largest
inner join papers using (paper_id)
where coalesce(papers.first_listed_on, papers.published_on) is not null
order by day desc, papers.paper_id
limit $limit
""",
        unit=unit,
        limit=limit,
    )


def claims_by_month(house: Warehouse, unit: str) -> Result:
    """Median and upper tenth of each month's claims in a unit, oldest month first."""
    return house.run(
        """
select
    date_trunc('month', coalesce(papers.first_listed_on, papers.published_on))::date as month,
    count(*) as claims,
    median(paper_scale_claims.claim_value) as median_value,
    quantile_cont(paper_scale_claims.claim_value, 0.9) as upper_tenth

from paper_scale_claims
inner join papers using (paper_id)
where
    paper_scale_claims.unit = $unit
    and paper_scale_claims.claim_value > 0
    and coalesce(papers.first_listed_on, papers.published_on) is not null
group by month
order by month
""",
        unit=unit,
    )
