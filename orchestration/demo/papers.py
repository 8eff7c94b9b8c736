"""The lasting facts of papers as Arrow columns: everything but what changes from hour to hour.

Columns carry the names and types of the lake's listings, so the lake writer takes them as they are
and the made-up hub spells them as JSON. Which fields are there follows the month, as at the real
hub. What does not belong here: upvotes and other growing numbers (``curves.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.collect.schema import AUTHOR, INSTANT
from orchestration.demo import curves
from orchestration.demo.columns import hex_ids, odd, only, pick
from orchestration.demo.days import EPOCH_DAY, Block, Calendar, day_number
from orchestration.demo.draws import Draws, Flags, Floats, Integers
from orchestration.demo.names import LAB_SIZE, ORGANIZATIONS, STATUSES, TEAMS, People
from orchestration.demo.text import Texts
from orchestration.demo.topics import TOPICS, Topics

DAY_MICROSECONDS = 86_400 * 1_000_000
HOUR_MICROSECONDS = 3_600 * 1_000_000


@dataclass(frozen=True)
class Mentions:
    """The author lines of a block; ``person`` is -1 for a team, ``account`` -1 without a user."""

    counts: Integers  # a paper
    paper: Integers  # place of the paper in the block, a line
    position: Integers
    person: Integers
    account: Integers  # the person whose username the hub shows, seldom a wrong one
    status: Integers


class Papers:
    """Papers of a seed.

    Args:
        seed: Of all draws.
        papers_per_day: Of a mean weekday.
        labs: Laboratories that write them. The more papers a history has, the more people write
            them: at the real hub 41 names a hundred author lines in 10,000 papers.
        lab_skew: How much more some laboratories write than others; 1 is evenly.
    """

    def __init__(self, seed: int, papers_per_day: float, labs: int, lab_skew: float) -> None:
        self.draws = Draws(seed)
        self.calendar = Calendar(self.draws, papers_per_day)
        self.people = People(self.draws, labs)
        self.lab_skew = lab_skew
        self.topics = Topics(self.draws)
        self.texts = Texts(self.draws)

    def labs(self, block: Block) -> Integers:
        """The laboratory each paper comes from."""
        skewed = self.draws.uniform("lab", block.key) ** self.lab_skew
        return (skewed * self.people.labs).astype(np.int64)

    def paper_topics(self, block: Block) -> list[Integers]:
        """Three places in the topic list a paper, distinct: two of its time, one of its lab."""
        first, second = (
            self.topics.draw(block.born, block.key, stream) for stream in ("topic 1", "topic 2")
        )
        third = self.draws.below(
            len(TOPICS) // 4, "lab topic", self.labs(block), self.draws.below(3, "which", block.key)
        )
        second = np.where(second == first, (second + 1) % len(TOPICS), second)
        for _ in range(2):
            clashes = (third == first) | (third == second)
            third = np.where(clashes, (third + 1) % len(TOPICS), third)
        return [first, second, third]

    def mentions(self, block: Block) -> Mentions:
        """Who stands on which paper, in order."""
        draws, key = self.draws, block.key
        counts = np.rint(np.exp(np.log(6.0) + 0.65 * draws.normal("authors", key))).astype(np.int64)
        many = draws.chance(0.004, "many authors", key)
        counts = np.where(many, 100 + draws.below(220, "how many", key), np.clip(counts, 1, 80))
        paper = np.repeat(np.arange(len(block)), counts)
        position = np.arange(len(paper)) - np.repeat(np.cumsum(counts) - counts, counts)
        line = (key[paper], position)

        start = (draws.uniform("start", key) ** 2 * LAB_SIZE).astype(np.int64)[paper]
        step = (1 + draws.below(3, "step", key))[paper]
        lab = self.labs(block)[paper] + position // LAB_SIZE
        guest = draws.chance(0.1, "guest", *line)
        lab = np.where(guest, lab * 7 + 3, lab) % self.people.labs
        person = lab * LAB_SIZE + (start + position * step) % LAB_SIZE
        team = draws.chance(0.006, "team", key)[paper] & (position == 0)

        status = self.people.statuses(*line)
        shown = self.people.has_username(person) & draws.chance(0.6, "account shown", *line) & ~team
        wrong = status == STATUSES.index("extracted_infirmed")
        account = np.where(wrong, (person + LAB_SIZE) % self.people.count, person)
        return Mentions(
            counts,
            paper,
            position,
            person=np.where(team, -1, person),
            account=np.where(shown, account, -1),
            status=status,
        )

    def appears_at(self, block: Block) -> Integers:
        """Microseconds since 1970 at which each listing appears on its day."""
        hours = curves.appears_after_hours(self.draws, block.key ^ (block.day << 40))
        return (block.day + EPOCH_DAY) * DAY_MICROSECONDS + (hours * HOUR_MICROSECONDS).astype(
            np.int64
        )

    def table(self, block: Block) -> pa.Table:
        """Columns of :data:`~orchestration.collect.schema.LISTINGS` that do not change."""
        key, topics, ids = block.key, self.paper_topics(block), self.calendar.paper_ids(block)
        mentions = self.mentions(block)
        since = _Since(self.draws, block)
        lab = self.labs(block)
        organization = self.people.organization(lab)
        has_organization = since(date(2025, 10, 1), 0.58, "organization shown")
        submitter = lab * LAB_SIZE + self.draws.below(LAB_SIZE, "submitter", key, block.day)
        submitter = np.where(self.draws.chance(0.3, "regular", key, block.day), 7, submitter)
        has_submitter = since(date(2024, 6, 1), 1.0, "submitted by")
        has_keywords = self.draws.chance(_keyword_share(block), "keywords", key)
        moment = self.appears_at(block)
        first_moment = self.appears_at(block.first_listings())
        keywords = self.texts.keywords(key, topics)
        return pa.table(
            {
                "paper_id": ids,
                "title": self.texts.titles(key, topics),
                "abstract": self.texts.abstracts(key, topics),
                "published_at": pa.array(self._published(block)).cast(INSTANT),
                "submitted_at": only(
                    since(date(2025, 3, 15), 1.0, "submitted at"), pa.array(moment).cast(INSTANT)
                ),
                "submitter_username": only(has_submitter, self.people.usernames(submitter)),
                "submitter_name": only(has_submitter, self.people.names(submitter)),
                "author_count": pa.array(mentions.counts),
                "authors": self._authors(block, mentions),
                "organization_id": only(
                    has_organization, pick([slug for slug, _ in ORGANIZATIONS], organization)
                ),
                "organization_name": only(
                    has_organization, pick([name for _, name in ORGANIZATIONS], organization)
                ),
                "github_url": self._github(key, since(date(2025, 3, 1), 0.57, "code")),
                "project_url": self._project(key, since(date(2025, 3, 1), 0.3, "project")),
                "discussion_id": only(
                    since(date(2024, 10, 1), 1.0, "discussion"),
                    hex_ids(first_moment, key, np.full(len(key), 0xFFFF)),
                ),
                "thumbnail_url": pc.binary_join_element_wise(
                    "https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/",
                    ids,
                    ".png",
                    "",
                ),
                "ai_summary": only(has_keywords, self.texts.summaries(key, topics)),
                "ai_keywords": pc.if_else(
                    pa.array(has_keywords), keywords, pa.scalar(None, keywords.type)
                ),
                "is_author_participating": pa.array(self.draws.chance(0.25, "participates", key)),
            }
        )

    def _published(self, block: Block) -> Integers:
        """ArXiv's moment: up to three days before the listing, in the month of the id."""
        earlier = block.born - self.draws.below(4, "published", block.key)
        month = (block.born + EPOCH_DAY).astype("datetime64[D]").astype("datetime64[M]")
        first_of_month = month.astype("datetime64[D]").astype(np.int64) - EPOCH_DAY
        day = np.maximum(earlier, first_of_month)
        second = self.draws.below(86_400, "published second", block.key)
        second = np.where(
            day >= day_number(date(2026, 4, 1)), 0, np.where(day < block.born, second, 0)
        )
        return (day + EPOCH_DAY) * DAY_MICROSECONDS + second * 1_000_000

    def _authors(self, block: Block, mentions: Mentions) -> pa.ListArray:
        draws, people = self.draws, self.people
        line = (block.key[mentions.paper], mentions.position)
        person = np.maximum(mentions.person, 0)
        own = people.names(person)
        spelled = draws.chance(0.02, "other spelling", *line)
        listed = pc.if_else(pa.array(spelled), pc.utf8_upper(own), own)
        team = pa.array(mentions.person < 0)
        teams = pick(TEAMS, draws.below(len(TEAMS), "which team", *line))
        has_account = mentions.account >= 0
        account = np.maximum(mentions.account, 0)
        moment = self.appears_at(block.first_listings())[mentions.paper]
        lines = pa.StructArray.from_arrays(
            [
                hex_ids(moment, *line),
                pc.if_else(team, teams, listed),
                only(has_account, people.usernames(account)),
                only(has_account, people.names(account)),
                only(has_account, pick(list(STATUSES), mentions.status)),
                only(has_account, pa.array(moment // 1000 * 1000 + 1000).cast(INSTANT)),
                pa.array(draws.chance(0.0003, "hidden", *line)),
            ],
            fields=list(AUTHOR),
        )
        offsets = np.concatenate([[0], np.cumsum(mentions.counts)]).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), lines)

    def _github(self, key: Integers, given: Flags) -> pa.Array:
        owner = self.people.usernames(self.draws.below(self.people.count, "owner", key))
        path = pc.binary_join_element_wise(owner, pc.utf8_lower(self.texts.methods(key)), "/")
        start = pick(
            ["https://github.com/", "http://www.github.com/", "github.com/", "https://gitlab.com/"],
            odd(self.draws, "address", key, (0.985, 0.99, 0.995)),
        )
        end = pick(
            ["", "/", ".git", "/tree/main/code"], odd(self.draws, "end", key, (0.97, 0.98, 0.99))
        )
        url = pc.binary_join_element_wise(start, path, end, "")
        owner_alone = pc.binary_join_element_wise("https://github.com/", owner, "")
        alone = pa.array(self.draws.chance(0.004, "owner alone", key))
        return only(given, pc.if_else(alone, owner_alone, url))

    def _project(self, key: Integers, given: Flags) -> pa.Array:
        start = pick(
            ["https://", "http://", "javascript:alert(1)//", "https://github.com/ "],
            odd(self.draws, "scheme", key, (0.93, 0.985, 0.99)),
        )
        method = pc.utf8_lower(self.texts.methods(key))
        return only(given, pc.binary_join_element_wise(start, method, ".example.org/project", ""))


class _Since:
    """Fields that the hub gives since some date, and then for a share of the papers."""

    def __init__(self, draws: Draws, block: Block) -> None:
        self.draws, self.block = draws, block

    def __call__(self, start: date, share: float, stream: str) -> Flags:
        given = self.draws.chance(share, stream, self.block.key)
        return np.asarray(given & (self.block.day >= day_number(start)))


def _keyword_share(block: Block) -> Floats:
    """Share of papers that the hub gives keywords: none in 2024, nearly all in 2025, then fewer."""
    steps = [day_number(date(2025, 1, 1)), day_number(date(2025, 2, 1))]
    steps += [day_number(date(2026, 1, 1)), day_number(date(2026, 7, 1))]
    return np.asarray(np.interp(block.day, steps, [0.0, 0.98, 0.98, 0.37]))
