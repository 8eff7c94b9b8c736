"""The peer of the identity models: Splink, where the ``bench`` extra is installed.

It is given what the models are (names, co-authors, organization, submitter, with the accounts
hidden) and what they were found not to gain from (topics, time between papers). It learns from the
accounts of papers before 2025-10. Mentions of one name are compared: with all of one surname and
initial, as it is often set up, it finds no more and errs more. What does not belong here: how right
the links are (``identity.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from tests.benchmarks.quality.data import TUNED_BEFORE
from tests.benchmarks.quality.ranking import Flags
from tests.benchmarks.quality.relinking import NAMES, Relinking, settings

if TYPE_CHECKING:
    from tests.benchmarks.quality.identity import Judge

IS_THERE = find_spec("splink") is not None
SKIPPED = "skipped: install the bench extra"
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.8, 0.95)
DESIGNED = (0.8, 0.95)
SEED, PAIRS_BY_CHANCE, LEAST = 1, 2_000_000, 0.01
ONE_NAME = "l.name = r.name and l.paper_id <> r.paper_id"

_MENTIONS = """
    select
        names.mention_number as unique_id,
        names.paper_id,
        names.position,
        names.matched_name as name,
        names.organization_id as organization,
        names.submitter_number as submitter,
        strftime(measures.dated_on, '%Y-%m-%d') as listed_on,
        known.person,
        coauthors.names as coauthors,
        topics.topics
    from {names} as names
    inner join {measures} as measures on names.paper_id = measures.paper_id
    left join known
        on names.paper_id = known.paper_id and names.position = known.position and known.is_tuned
    left join (
        select names.mention_number, list(distinct others.matched_name) as names
        from {names} as names
        inner join {names} as others
            on names.paper_id = others.paper_id and names.matched_name <> others.matched_name
        where
            others.namesakes <= {clue_namesakes}
            and abs(names.position - others.position) <= {reach}
        group by names.mention_number
    ) as coauthors on names.mention_number = coauthors.mention_number
    left join (
        select paper_id, list(topic) as topics from {topics} group by paper_id
    ) as topics on names.paper_id = topics.paper_id
"""


def figures(again: Relinking, judge: Judge, is_tuned: Flags) -> dict[str, Any]:
    """B³ of the persons Splink finds: as designed, and from the threshold best before 2025-10."""
    if not IS_THERE:
        return {"splink": SKIPPED}
    found = {threshold: judge.b_cubed(persons) for threshold, persons in _persons(again)}
    best = max(found, key=lambda threshold: judge.means(*found[threshold], is_tuned)["b3_f1"] or 0)
    reported = dict.fromkeys((*DESIGNED, best))
    return {f"splink_joined_from_{each}": judge.means(*found[each]) for each in reported}


def _trained(api: Any, mentions: pa.Table) -> dict[str, Any]:
    """Splink's settings with weights learnt from the papers before 2025-10."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import Linker, SettingsCreator, block_on

    # No paper named an organization then, so what one tells is assumed, as in the models.
    organization = comparisons.ExactMatch("organization").configure(
        m_probabilities=[0.5, 0.5], u_probabilities=[0.02, 0.98]
    )
    name = comparisons.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name", term_frequency_adjustments=True),
            levels.ElseLevel(),
        ],
    )
    settings_ = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            name,
            comparisons.ArrayIntersectAtSizes("coauthors", [5, 2, 1]),
            comparisons.ArrayIntersectAtSizes("topics", [4, 2, 1]),
            comparisons.ExactMatch("submitter"),
            organization,
            comparisons.AbsoluteDateDifferenceAtThresholds(
                "listed_on", input_is_string=True, metrics=["day"] * 3, thresholds=[60, 180, 365]
            ),
        ],
        blocking_rules_to_generate_predictions=[ONE_NAME],
        retain_matching_columns=False,
    )
    before = mentions.filter(pc.less(mentions["listed_on"], TUNED_BEFORE.isoformat()))
    linker = Linker(api.register(before), settings_, log_level="ERROR")
    learn = linker.training
    learn.estimate_probability_two_random_records_match([block_on("name")], recall=0.97)
    learn.estimate_u_using_random_sampling(max_pairs=PAIRS_BY_CHANCE, seed=SEED)
    learn.estimate_m_from_label_column("person")
    model: dict[str, Any] = linker.misc.save_model_to_json()
    return model


def _persons(again: Relinking) -> Iterator[tuple[float, list[Any]]]:
    """The person Splink takes each known mention for, by threshold."""
    from splink import DuckDBAPI, Linker

    again.link("true")
    variables = settings()
    mentions = again.connection.sql(
        _MENTIONS.format(
            names=again.table(NAMES),
            measures=again.built("int_papers__measures"),
            topics=again.built("int_topics__tagged"),
            clue_namesakes=variables["identity_clue_namesakes"],
            reach=variables["identity_coauthor_reach"],
        )
    ).to_arrow_table()
    with duckdb.connect() as connection:
        api = DuckDBAPI(connection)
        linker = Linker(api.register(mentions), _trained(api, mentions), log_level="ERROR")
        pairs = linker.inference.predict(threshold_match_probability=LEAST)
        for threshold in THRESHOLDS:
            clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
                pairs, threshold_match_probability=threshold
            )
            clustered = clusters.as_duckdbpyrelation().to_arrow_table()
            again.connection.register("splink_persons", clustered)
            yield threshold, again.of_known("splink_persons", "cluster_id")
