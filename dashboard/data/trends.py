"""Queries of topics: their shares over time, which rise, and what is special about a week.

What does not belong here: one paper, people.
"""

from __future__ import annotations

from datetime import date

from dashboard.data.paged import newest_papers
from dashboard.data.warehouse import Result, Warehouse


def topic_weeks(house: Warehouse, topics: tuple[str, ...], since: date | None = None) -> Result:
    """Weekly shares of ``topics`` with their band, oldest week first; 0 in weeks without one."""
    return house.run(
        """
select *
from topic_weeks
where
    list_contains($topics, topic)
    and ($since is null or week_start_on >= $since)
order by topic, week_start_on
""",
        topics=topics,
        since=since,
    )


def rising_topics(house: Warehouse, limit: int = 20) -> Result:
    """Topics that rise, the surest first (F1)."""
    return house.run(
        """
select *
from topics
where is_rising
order by rising_rank
limit $limit
""",
        limit=limit,
    )


def topic_names(house: Warehouse, limit: int = 2000, also: tuple[str, ...] = ()) -> Result:
    """Topics with their number of papers, most frequent first; those in ``also`` in any case."""
    return house.run(
        """
select
    topic,
    papers

from topics
qualify
    row_number() over (order by papers desc, topic) <= $limit
    or list_contains($also, topic)
order by papers desc, topic
""",
        limit=limit,
        also=also,
    )


def topic(house: Warehouse, name: str) -> Result:
    """One topic: a row of ``topics``, or none."""
    return house.run("select * from topics where topic = $name", name=name)


def papers_of(house: Warehouse, name: str, page: int = 1, limit: int = 20) -> Result:
    """A topic's papers, newest first, with ``matches``, their number."""
    tagged = "select paper_id from paper_topics where topic = $name"
    return newest_papers(house, tagged, page, limit, name=name)


def beside(house: Warehouse, name: str, limit: int = 15) -> Result:
    """The topics that a topic's papers carry too, most frequent first."""
    return house.run(
        """
select
    topic,
    count(*) as papers

from (select unnest(topics) as topic from papers where list_contains(topics, $name)) as carried
where topic <> $name
group by topic
order by papers desc, topic
limit $limit
""",
        name=name,
        limit=limit,
    )


def special(house: Warehouse, kind: str, entity: str, limit: int = 15) -> Result:
    """What sets a week, an organization or an author apart (F3): topics, most telling first."""
    return house.run(
        """
select
    topic,
    log_odds,
    z

from what_is_special
where entity_kind = $kind and entity_id = $entity
order by z desc
limit $limit
""",
        kind=kind,
        entity=entity,
        limit=limit,
    )
