"""Running a reader's own SQL in a process of its own, and what can be asked.

The worker (``sql_worker.py``) locks itself down; here it is started, waited for and stopped. What
does not belong here: Papertide's own queries.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from dashboard.data.warehouse import Result, Warehouse

SECONDS: Final = 20.0
ROWS: Final = 5_000
BYTES: Final = 20_000_000
MOST_SAID: Final = 2 * BYTES
MEMORY_LIMIT: Final = "1GB"
AT_ONCE: Final = 4
"""Most workers at a time: further queries are told to wait."""
STOPPED: Final = "Stopped."
BUSY: Final = "Too many queries run now. Try again."

_places: Final = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Answer:
    """What came of a query: a table, or an error in words. ``is_cut``: there were more rows."""

    seconds: float
    table: pa.Table | None = None
    error: str | None = None
    is_cut: bool = False


@dataclass
class Job:
    """A query that runs, or has run. Ends by itself at the time limit."""

    sql: str
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _answer: Answer | None = None
    _started: float = field(default_factory=time.monotonic)
    _is_stopped: bool = False

    @property
    def answer(self) -> Answer | None:
        """The answer, or None while the query runs."""
        return self._answer

    @property
    def seconds(self) -> float:
        """Seconds since the query was asked."""
        return time.monotonic() - self._started

    @property
    def is_waiting(self) -> bool:
        """Whether it has not begun: others run in its place."""
        return self._answer is None and self._process is None

    def stop(self) -> None:
        """End the query now."""
        self._is_stopped = True
        if self._process is not None:
            self._process.kill()
        elif self._answer is None:
            self._answer = Answer(self.seconds, error=STOPPED)

    def wait(self, seconds: float) -> Answer | None:
        """Wait up to ``seconds`` for the answer."""
        deadline = time.monotonic() + seconds
        while self._answer is None and time.monotonic() < deadline:
            time.sleep(0.02)
        return self._answer


def start(house: Warehouse, sql: str, seconds: float = SECONDS) -> Job:
    """Start ``sql`` on a version; come back for its answer."""
    job = Job(sql)
    threading.Thread(target=_run, args=(job, house, seconds), daemon=True).start()
    return job


def _run(job: Job, house: Warehouse, seconds: float) -> None:
    if not _places.acquire(timeout=seconds):
        job._answer = job._answer or Answer(job.seconds, error=BUSY)
        return
    try:
        if not job._is_stopped:
            job._answer = _asked(job, house, seconds)
    except Exception as error:
        job._answer = Answer(job.seconds, error=f"The query could not be run: {error}")
        raise
    finally:
        _places.release()


def _asked(job: Job, house: Warehouse, seconds: float) -> Answer:
    question = {
        "path": str(house.path),
        "sql": job.sql,
        "rows": ROWS,
        "bytes": BYTES,
        "seconds": seconds,
        "memory_limit": MEMORY_LIMIT,
    }
    # Its own environment: a query can read no variable of the dashboard's, and nothing is on PATH.
    with subprocess.Popen(
        [sys.executable, "-m", "dashboard.sql_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"HOME": "/nonexistent"},
    ) as process:
        job._process = process
        if job._is_stopped:
            process.kill()
        late = threading.Timer(seconds, process.kill)
        late.start()
        said = _exchanged(process, json.dumps(question).encode())
        is_late = not late.is_alive()
        late.cancel()
        process.kill()
    if job._is_stopped:
        return Answer(job.seconds, error=STOPPED)
    if is_late:
        return Answer(job.seconds, error=f"Stopped: it took longer than {seconds:g} seconds.")
    return _read(said, job.seconds)


def _exchanged(process: subprocess.Popen[bytes], question: bytes) -> bytes:
    """The answer, of which no more is taken than a worker that keeps its word would say."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.write(question)
        process.stdin.close()
    return process.stdout.read(MOST_SAID)


def _read(said: bytes, seconds: float) -> Answer:
    line, _, stream = said.partition(b"\n")
    if not line:
        return Answer(seconds, error="Stopped: it took more memory or time than a query may.")
    told = json.loads(line)
    if told["error"] is not None:
        return Answer(seconds, error=told["error"])
    try:
        table = pa.ipc.open_stream(stream).read_all()
    except (pa.ArrowInvalid, OSError):
        return Answer(seconds, error="Stopped: it took more memory or time than a query may.")
    return Answer(seconds, table=table, is_cut=told["is_cut"])


def schema(house: Warehouse) -> Result:
    """Every table and column with its type and description."""
    return house.run(
        """
select
    columns.table_name,
    tables.table_comment as table_comment,
    columns.column_name,
    columns.data_type,
    columns.comment

from duckdb_columns() as columns
inner join information_schema.tables as tables
    on
        columns.database_name = tables.table_catalog
        and columns.schema_name = tables.table_schema
        and columns.table_name = tables.table_name
where columns.schema_name = 'main' and not columns.internal
order by columns.table_name, columns.column_index
"""
    )


EXAMPLES: Final = {
    "Most upvoted papers of the last 30 days": """
select paper_id, upvotes, organization_name, title
from papers
where first_listed_on > (select max(listing_date) from listing_days where papers > 0) - 30
order by upvotes desc nulls last
limit 20""",
    "Topics that rise, the surest first": """
select topic, recent_papers, round(expected_papers, 1) as expected, round(rising_ratio, 2) as times
from topics
where is_rising
order by rising_rank
limit 20""",
    "Share of papers with code by month": """
select
    date_trunc('month', first_listed_on)::date as month,
    count(*) as papers,
    avg((github_url is not null)::int) as share_with_code
from papers
where first_listed_on is not null
group by month
order by month""",
    "Who wrote most papers with whom": """
select left_author.name as author, right_author.name as with_author, coauthors.papers
from coauthors
inner join authors as left_author on coauthors.author_id = left_author.author_id
inner join authors as right_author on coauthors.coauthor_id = right_author.author_id
order by coauthors.papers desc, author, with_author
limit 20""",
    "How upvotes grow with the hours since listing": """
select
    floor(hours_since_listed / 12) * 12 as hours,
    count(*) as observations,
    median(upvotes) as median_upvotes
from paper_observations
where hours_since_listed between 0 and 336
group by hours
order by hours""",
    "Listing days that are not complete": """
select listing_date, status, papers, last_observed_at
from listing_days
where status <> 'complete'
order by listing_date desc
limit 50""",
}
"""Queries to begin with: what they answer to their SQL."""
