"""The back-test on hand-made papers whose right answers can be counted.

Models are stood in for by short SQL of the same columns, so that no dbt run is needed; the engine
is DuckDB, as in the evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from tests.benchmarks.quality import rising_topics
from tests.benchmarks.quality.as_known import AsKnown, Compiled

FIRST_DAY = date(2025, 1, 1)
CUT = FIRST_DAY + timedelta(days=196)
I = '"work"."intermediate".'  # noqa: E741

# Ordered by papers of the last 28 days: enough to see what the back-test does with an order.
RISING = f"""
    with seen as (
        select topic, date_diff('day', listed_on, max(listed_on) over ()) as ago
        from {I}"int_papers__first_listed"
        left join {I}"int_topics__tagged" using (paper_id)
    )
    select topic, count(*) filter (where ago < 28) as recent_papers,
        count(*) filter (where ago >= 28) / 6.0 as expected_papers,
        recent_papers / (expected_papers + 1) as rising_eb05, recent_papers * 1.0 as rising_score
    from seen
    where topic is not null and ago < 196
    group by topic
"""
DICTIONARY = f"""
    select topic_key, topic_key as topic from {I}"int_topics__keywords"
    group by topic_key having count(*) >= 5
"""

TAGGED = f'select * from {I}"int_topics__found"'


def _nodes() -> dict[str, Compiled]:
    def node(name: str, sql: str | None, *needs: str) -> tuple[str, Compiled]:
        return name, Compiled(f'{I}"{name}"', needs, sql)

    return dict(
        [
            node("int_papers__first_listed", "unused"),
            node("int_topics__keywords", "unused"),
            node("int_topics__dictionary", DICTIONARY, "int_topics__keywords"),
            node("int_topics__found", "unused"),
            node("int_topics__tagged", TAGGED, "int_topics__found"),
            node("int_topics__rising", RISING, "int_papers__first_listed", "int_topics__tagged"),
        ]
    )


def _papers() -> list[tuple[int, str]]:
    """(day, topic) of each paper: one paper of `steady` a day, and four more topics around the cut.

    `lasting` comes before the cut and stays, `passing` comes and goes, `late` has its first papers
    after the cut, and 20 `small` topics have five papers each, long ago.
    """
    papers = [(day, "steady") for day in range(230)]
    papers += [(170 + 2 * n, "lasting") for n in range(13)]
    papers += [(196 + 2 * n, "lasting") for n in range(13)]
    papers += [(171 + 3 * n, "passing") for n in range(8)]
    papers += [(197 + n, "late") for n in range(12)]
    papers += [(180 + n % 5, f"small {n // 5}") for n in range(100)]
    return papers


@pytest.fixture
def known() -> Iterator[AsKnown]:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as built; create schema built.intermediate")
        days, topics = zip(*_papers(), strict=True)
        papers = pa.table(
            {
                "paper_id": range(len(days)),
                "listed_on": [FIRST_DAY + timedelta(days=day) for day in days],
                "topic_key": topics,
            }
        )
        connection.register("papers", papers)
        connection.execute(
            "create table built.intermediate.int_papers__first_listed as "
            "select paper_id, listed_on from papers;"
            "create table built.intermediate.int_topics__keywords as "
            "select paper_id, topic_key from papers"
        )
        connection.execute(
            "create table built.intermediate.int_topics__found as "
            "select paper_id, topic_key as topic from built.intermediate.int_topics__keywords;"
            "create table built.intermediate.int_topics__dictionary as "
            "select distinct topic_key, topic_key as topic "
            "from built.intermediate.int_topics__keywords"
        )
        yield AsKnown(connection, _nodes())


def test_precision_counts_the_topics_that_went_on_rising(known: AsKnown) -> None:
    cut = rising_topics.back_test(known)[0]
    assert cut.on == CUT
    hits = {topic for topic, hit in zip(_topics(known), cut.hits, strict=True) if hit}
    assert hits == {"lasting"}
    found = rising_topics.summary([cut])
    assert found["methods"]["forecast"]["mean"] == 1 / 20
    assert found["topics_per_cut"] == 23  # without `late`, which nobody knew


def test_later_papers_judge_and_never_rank(known: AsKnown) -> None:
    before = rising_topics.back_test(known)[0]
    known.connection.execute(
        f"delete from built.intermediate.int_papers__first_listed "
        f"where listed_on >= '{CUT}' and listed_on < '{CUT + timedelta(days=30)}'"
    )
    after = rising_topics.back_test(known)[0]
    for name, scores in rising_topics.orders(before).items():
        np.testing.assert_array_equal(scores, rising_topics.orders(after)[name], err_msg=name)
    assert before.hits.any()
    assert not after.hits.any()


def test_a_dictionary_of_all_days_knows_more(known: AsKnown) -> None:
    known.stand_on(CUT - timedelta(days=1))
    assert "late" not in _dictionary(known)
    known.stand_on(CUT - timedelta(days=1), is_dictionary_known=False)
    assert "late" in _dictionary(known)


def test_counts_of_a_cut(known: AsKnown) -> None:
    known.stand_on(CUT - timedelta(days=1))
    cut = rising_topics.back_test(known)[0]
    place = _topics(known).index("lasting")
    assert cut.recent[place] == 13
    assert cut.baseline[place] == 0
    assert cut.ahead[place] == 13
    assert cut.weekly[place].sum() == 13
    assert cut.totals == (28 + 13 + 8 + 100, 168, 28 + 13 + 12)


def _topics(known: AsKnown) -> list[str]:
    known.stand_on(CUT - timedelta(days=1))
    rows = known.connection.sql(
        f"select topic from {known.table('int_topics__rising')} order by topic"
    ).fetchall()
    return [topic for (topic,) in rows]


def _dictionary(known: AsKnown) -> set[str]:
    rows = known.connection.sql(f"select topic from {known.table('int_topics__dictionary')}")
    return {topic for (topic,) in rows.fetchall()}
