"""The counted columns of the author mart by pandas, and by DuckDB from the same published files.

What does not belong here: the other comparisons of the marts (``mart_steps.py``).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.settings import load_settings
from tests.benchmarks.comparing import same_rows
from tests.benchmarks.lake_steps import Running

LINES = ["paper_id", "author_id", "is_first", "is_last"]
PAPERS = ["paper_id", "upvotes", "first_listed_on"]


def by_pandas() -> Running:
    """Make the columns with pandas."""
    folder, target = _published(), load_settings().home / "authors_by_pandas.parquet"
    yield
    lines, papers = (
        # Days as numbers: pandas would take each for an object of Python's.
        pq.read_table(folder / f"{name}.parquet", columns=columns).to_pandas(date_as_object=False)
        for name, columns in (("paper_authors", LINES), ("papers", PAPERS))
    )
    joined = lines.merge(papers, on="paper_id")
    authors = joined.groupby("author_id").agg(
        papers=("paper_id", "size"),
        first_author_papers=("is_first", "sum"),
        last_author_papers=("is_last", "sum"),
        first_paper_on=("first_listed_on", "min"),
        last_paper_on=("first_listed_on", "max"),
        upvotes_total=("upvotes", "sum"),
        upvotes_median=("upvotes", "median"),
    )
    ordered = joined.sort_values("upvotes", ascending=False)
    place = ordered.groupby("author_id").cumcount() + 1
    authors["hub_h_index"] = (ordered["upvotes"] >= place).groupby(ordered["author_id"]).sum()
    authors.reset_index().to_parquet(target)
    return {"authors": len(authors)}


def by_duckdb() -> Running:
    """Make them with DuckDB."""
    folder, target = _published(), load_settings().home / "authors_by_duckdb.parquet"
    yield
    with duckdb.connect() as connection:
        connection.execute(
            f"""copy (
                with joined as (
                    from '{folder}/paper_authors.parquet'
                    join '{folder}/papers.parquet' using (paper_id)
                    select author_id, is_first, is_last, upvotes, first_listed_on,
                        row_number() over (partition by author_id order by upvotes desc) as place)
                select
                    author_id,
                    count(*) as papers,
                    count(*) filter (is_first) as first_author_papers,
                    count(*) filter (is_last) as last_author_papers,
                    min(first_listed_on) as first_paper_on,
                    max(first_listed_on) as last_paper_on,
                    sum(upvotes)::bigint as upvotes_total,
                    median(upvotes) as upvotes_median,
                    count(*) filter (upvotes >= place) as hub_h_index
                from joined group by author_id
            ) to '{target}' (format parquet)"""
        )
    return {"authors": pq.read_metadata(target).num_rows}


def compare() -> Running:
    """Hold the two results against each other."""
    home = load_settings().home
    databases = [home / f"authors_by_{name}.duckdb" for name in ("duckdb", "pandas")]
    yield
    for database in databases:
        database.unlink(missing_ok=True)
        with duckdb.connect(str(database)) as connection:
            # Pandas counts days and median upvotes in types of its own.
            connection.execute(
                f"""create table authors as
                select * replace (
                    first_paper_on::date as first_paper_on,
                    last_paper_on::date as last_paper_on,
                    upvotes_median::double as upvotes_median)
                from '{database.with_suffix(".parquet")}'"""
            )
    return same_rows(*databases, ["authors"])


def _published() -> Path:
    settings = load_settings()
    return settings.published / settings.link.resolve().stem.removeprefix("papers-")
