"""The lake's contract: the Arrow schema of each of its datasets.

A dataset is a folder of Parquet files under ``PAPERTIDE_HOME/lake/``; every file of it has exactly
the schema declared here, so dbt's sources, the parsers and the tests have one thing to agree with.
What does not belong here: reading, writing or parsing.

A column added later goes to the end of its schema and raises :data:`SCHEMA_VERSION`; old files are
not rewritten, readers see nulls.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

SCHEMA_VERSION: Final = 1

INSTANT: Final = pa.timestamp("us", tz="UTC")

AUTHOR: Final = pa.struct(
    [
        ("author_line_id", pa.string()),  # the hub's `_id`: names this line, not a person
        ("name", pa.string()),
        ("username", pa.string()),
        ("full_name", pa.string()),
        ("status", pa.string()),
        ("status_changed_at", INSTANT),
        ("is_hidden", pa.bool_()),
    ]
)

LINKED_REPOSITORY: Final = pa.struct(
    [("repository_id", pa.string()), ("likes", pa.int64()), ("downloads", pa.int64())]
)

# Grain of the lake: (source, listing_date, paper_id, observed_at).
LISTINGS: Final = pa.schema(
    [
        ("source", pa.string()),  # hub, page, search, demo
        ("listing_kind", pa.string()),  # day (the day's listing) or search (a query's results)
        (
            "listing_date",
            pa.date32(),
        ),  # the hub's `date=`; a search: when asked or shown
        ("observed_at", INSTANT),  # one instant for all pages of one observation
        ("paper_id", pa.string()),  # arXiv id without version, or page:<hash>
        ("rank", pa.int64()),  # 1-based place in the listing
        ("title", pa.string()),
        ("abstract", pa.string()),
        ("published_at", INSTANT),  # arXiv's date (`paper.publishedAt`)
        ("is_published_year_inferred", pa.bool_()),
        ("submitted_at", INSTANT),
        ("submitter_username", pa.string()),
        ("submitter_name", pa.string()),
        ("author_count", pa.int64()),
        ("authors", pa.list_(AUTHOR)),
        ("organization_id", pa.string()),  # the hub's slug, e.g. `inclusionAI`
        ("organization_name", pa.string()),
        ("upvotes", pa.int64()),
        ("num_comments", pa.int64()),
        ("github_url", pa.string()),  # as given by users: not yet trusted
        ("github_stars", pa.int64()),
        ("project_url", pa.string()),  # as given by users: not yet trusted
        ("discussion_id", pa.string()),
        ("thumbnail_url", pa.string()),
        ("media_urls", pa.list_(pa.string())),
        ("ai_summary", pa.string()),
        ("ai_keywords", pa.list_(pa.string())),
        ("is_author_participating", pa.bool_()),
        ("extra", pa.string()),  # JSON of fields the schema does not know
        ("landed_in", pa.string()),  # path under landing/
        ("schema_version", pa.int64()),
    ]
)

# One row an observation of a listing: what was asked and whether the end was seen.
OBSERVATIONS: Final = pa.schema(
    [
        ("source", pa.string()),
        ("listing_kind", pa.string()),
        ("listing_date", pa.date32()),
        ("observed_at", INSTANT),
        ("pages_fetched", pa.int64()),
        ("rows_per_page", pa.list_(pa.int64())),
        ("papers", pa.int64()),
        ("quarantined", pa.int64()),
        ("is_end_seen", pa.bool_()),
        ("status", pa.string()),  # complete, partial, empty, failed
        ("landed_in", pa.list_(pa.string())),
        ("schema_version", pa.int64()),
    ]
)

# One row a paper and time, recorded by others.
UPVOTE_HISTORY: Final = pa.schema(
    [
        ("source", pa.string()),
        ("paper_id", pa.string()),
        ("observed_at", INSTANT),
        ("upvotes", pa.int64()),
        ("num_comments", pa.int64()),
        ("github_stars", pa.int64()),
        ("landed_in", pa.string()),
        ("schema_version", pa.int64()),
    ]
)

ARXIV_PAPERS: Final = pa.schema(
    [
        ("paper_id", pa.string()),
        ("observed_at", INSTANT),
        ("version", pa.int64()),
        ("title", pa.string()),
        ("abstract", pa.string()),
        ("published_at", INSTANT),
        ("updated_at", INSTANT),
        ("authors", pa.list_(pa.string())),
        ("primary_category", pa.string()),
        ("categories", pa.list_(pa.string())),
        ("doi", pa.string()),
        ("comment", pa.string()),
        ("journal_reference", pa.string()),
        ("is_withdrawn", pa.bool_()),
        ("landed_in", pa.string()),
        ("schema_version", pa.int64()),
    ]
)

PAPER_DETAILS: Final = pa.schema(
    [
        ("paper_id", pa.string()),
        ("observed_at", INSTANT),
        ("upvotes", pa.int64()),
        ("github_stars", pa.int64()),
        ("linked_models", pa.list_(LINKED_REPOSITORY)),
        ("linked_models_total", pa.int64()),
        ("linked_datasets", pa.list_(LINKED_REPOSITORY)),
        ("linked_datasets_total", pa.int64()),
        ("linked_spaces", pa.list_(LINKED_REPOSITORY)),
        ("linked_spaces_total", pa.int64()),
        ("extra", pa.string()),
        ("landed_in", pa.string()),
        ("schema_version", pa.int64()),
    ]
)

# What could not be read, kept aside with its reason and its place.
QUARANTINED_RECORDS: Final = pa.schema(
    [
        ("source", pa.string()),
        ("landed_in", pa.string()),
        ("place", pa.string()),  # where in the landed file: JSON path, line or entry
        ("reason", pa.string()),
        ("first_seen_at", INSTANT),
        ("payload", pa.string()),
        ("schema_version", pa.int64()),
    ]
)

DATASETS: Final[dict[str, pa.Schema]] = {
    "listings": LISTINGS,
    "observations": OBSERVATIONS,
    "upvote_history": UPVOTE_HISTORY,
    "arxiv_papers": ARXIV_PAPERS,
    "paper_details": PAPER_DETAILS,
    "quarantined_records": QUARANTINED_RECORDS,
}
"""The lake's datasets: folder name to schema."""
