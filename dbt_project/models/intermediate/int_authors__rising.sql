-- F6's rising authors, as of the last complete day.
{{ rising(
    ref('int_authors__identified'), 'author_id', var('rising_entity_recent_days'),
    var('rising_entity_baseline_days'), var('rising_entity_prior'), var('rising_entity_min_papers')
) }}
