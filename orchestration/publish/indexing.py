"""Making the full-text index of a published version: anew, or from another version's.

An index made anew is one part of immutable files. The next version's index links them, marks the
papers that changed or went as deleted in it, and writes a later part with all that the first one
does not have as they are now. BM25 counts a deleted paper's words until an index is made anew: at
most one old wording of a paper, as the later part is written whole each time, and of few papers
(:data:`MOST_ADDED_LATER`). What does not belong here: asking an index (``search_index.py``).
"""

from __future__ import annotations

import hashlib
import shutil
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import duckdb
import tantivy

from orchestration.files import link_or_copy
from orchestration.publish.folding import fold
from orchestration.publish.opened import opened

BOOSTS: Final = {"title": 3.0, "topics": 2.0, "authors": 1.5, "abstract": 1.0}
"""The fields that plain words are looked for in, and how much a hit there counts."""

NO_DAY: Final = 0
"""``listed_on`` and ``year`` of a paper without a date; other days count from the year 1."""

MOST_ADDED_LATER: Final = 0.05
"""An index is made anew when this share of its papers was added, changed or removed since."""

_REPLACED_FILES: Final = {"meta.json", ".managed.json"}
"""The files of an index that say which others belong to it; all others never change."""

_WRITER_BYTES: Final = 256_000_000
_ROWS_PER_BATCH: Final = 5_000

_WORDS: Final = {"tokenizer_name": "whitespace"}
_TERM: Final = {"tokenizer_name": "raw", "index_option": "basic"}
_FIELDS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "paper_id": ("text", {**_TERM, "stored": True}),
    **dict.fromkeys((*BOOSTS, "organization"), ("text", _WORDS)),
    **dict.fromkeys(("organization_id", "category", "submitter"), ("text", _TERM)),
    "topic_folded": ("text", _TERM),
    **dict.fromkeys(("topic", "organization_name"), ("text", {**_TERM, "fast": True})),
    **dict.fromkeys(("listed_on", "year", "upvotes"), ("integer", {"indexed": True, "fast": True})),
    **dict.fromkeys(("has_code", "has_project"), ("boolean", {"indexed": True})),
}

_FOLDED_LIST: Final = f"list_transform({{}}, lambda item: trim({fold('item')}))"
_DOCUMENTS: Final = f"""
select
    paper_id,
    {fold("title")} as title,
    {fold("abstract")} as abstract,
    {_FOLDED_LIST.format("authors")} as authors,
    {_FOLDED_LIST.format("topics")} as topics,
    {_FOLDED_LIST.format("topics")} as topic_folded,
    topics as topic,
    {fold("organization_name")} as organization,
    organization_name,
    lower(organization_id) as organization_id,
    list_distinct(list_transform(
        list_append(coalesce(categories, []), primary_category), lambda item: lower(item)
    )) as category,
    lower(submitter_username) as submitter,
    coalesce(date_diff('day', date '0001-01-01', listed_on) + 1, {NO_DAY}) as listed_on,
    coalesce(year(listed_on), {NO_DAY}) as year,
    coalesce(upvotes, 0) as upvotes,
    github_url is not null as has_code,
    project_url is not null as has_project

from (
    select
        *,
        coalesce(first_listed_on, published_on) as listed_on
    from papers
    where paper_id in (select paper_id from documents where not is_first_part and is_there)
)
order by paper_id
"""  # noqa: S608 - the folding is this package's own SQL

# DuckDB's hash of a list does not tell where the list ends: lists are hashed as texts.
_NOW: Final = """
create temp table now as
select
    paper_id,
    hash(
        title, abstract, to_json(authors), to_json(topics), organization_id, organization_name,
        to_json(categories), primary_category, submitter_username, first_listed_on, published_on,
        upvotes, github_url, project_url
    ) as content
from papers
"""

_ALL: Final = """
create or replace temp table documents as
select *, true as is_there, false as is_first_part
from now
"""

_COMPARED: Final = """
create temp table documents as
select
    paper_id,
    coalesce(now.content, before.content) as content,
    now.paper_id is not null as is_there,
    coalesce(before.is_first_part and before.content = now.content, false) as is_first_part
from now
full join read_parquet($before) as before using (paper_id)
"""

_MADE_BY: Final = hashlib.sha256(
    repr((_FIELDS, _NOW, _DOCUMENTS, version("tantivy"), duckdb.__version__)).encode()
).hexdigest()[:16]

KNOWN: Final = f"documents-{_MADE_BY}.parquet"
"""The papers of an index, each with a number that stands for what is indexed of it, and whether
the first part has it as it is; named after all that decides how a paper is indexed."""


def build(
    database: Path,
    folder: Path,
    previous: Path | None = None,
    is_same: bool = False,
    most_added_later: float = MOST_ADDED_LATER,
) -> int:
    """Index the papers of the published file ``database`` into ``folder``.

    ``folder`` appears whole or not at all. When it is there, nothing is done.

    Args:
        previous: another version's index; its files must not change as long as this one is used.
        is_same: whether the papers are those of ``previous``; without it, they are compared.
        most_added_later: see :data:`MOST_ADDED_LATER`.

    Returns:
        The number of papers written: all of them, or few more than differ from ``previous``.
    """
    if folder.exists():
        return 0
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=".search-", dir=folder.parent))
    try:
        if previous and is_same and (previous / KNOWN).exists():
            for file in previous.iterdir():
                link_or_copy(file, unfinished / file.name)
            written = 0
        else:
            written = _fill(database, unfinished, previous, most_added_later)
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return written


def _fill(database: Path, folder: Path, previous: Path | None, most_added_later: float) -> int:
    with opened(database, "version") as connection:
        connection.execute(_NOW)
        before = previous / KNOWN if previous else None
        if previous and before and _is_near(connection, before, most_added_later):
            _link(previous, folder)
            written = _write_later_part(connection, folder, before)
        else:
            connection.execute(_ALL)
            written = _write(connection, _writer(folder))
            connection.execute("update documents set is_first_part = true")
        connection.table("documents").write_parquet(str(folder / KNOWN))
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()
    return written


def _is_near(connection: duckdb.DuckDBPyConnection, before: Path, most_added_later: float) -> bool:
    """Make the table ``documents`` if an index can be built on: same making, few differences."""
    if not before.exists():
        return False
    connection.execute(_COMPARED, {"before": str(before)})
    ((later, papers),) = connection.execute(
        "select count(*) filter (not is_first_part), count(*) from documents"
    ).fetchall()
    return bool(later <= most_added_later * papers)


def _link(previous: Path, folder: Path) -> None:
    for file in previous.iterdir():
        if file.name in _REPLACED_FILES:
            (folder / file.name).write_bytes(file.read_bytes())
        elif file.name != KNOWN:
            link_or_copy(file, folder / file.name)


def _write_later_part(connection: duckdb.DuckDBPyConnection, folder: Path, before: Path) -> int:
    is_same = "select count(*) = 0 from (from documents except from read_parquet(?))"
    if connection.execute(is_same, [str(before)]).fetchall() == [(True,)]:
        return 0
    writer = _writer(folder)
    # Among them the whole later part that was there: its file goes.
    outside = connection.execute("select paper_id from documents where not is_first_part")
    for (paper_id,) in outside.fetchall():
        writer.delete_documents_by_term("paper_id", paper_id)
    return _write(connection, writer)


def _write(connection: duckdb.DuckDBPyConnection, writer: tantivy.IndexWriter) -> int:
    written = 0
    reader = connection.sql(_DOCUMENTS).to_arrow_reader(_ROWS_PER_BATCH)
    for batch in reader:
        for row in batch.to_pylist():
            values = {name: value for name, value in row.items() if value is not None}
            writer.add_document(tantivy.Document(**values))
            written += 1
    writer.commit()
    writer.wait_merging_threads()
    return written


def _writer(folder: Path) -> tantivy.IndexWriter:
    builder = tantivy.SchemaBuilder()
    for name, (kind, options) in _FIELDS.items():
        getattr(builder, f"add_{kind}_field")(name, **options)
    index = tantivy.Index(builder.build(), path=str(folder))
    # One thread, so that what is written at once is one part.
    return index.writer(_WRITER_BYTES, num_threads=1)
