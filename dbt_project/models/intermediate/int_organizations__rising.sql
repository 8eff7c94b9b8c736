-- F6's rising organizations, as of the last complete day.
{{ rising(
    ref('int_organizations__mentions'), 'organization_id', var('rising_entity_recent_days'),
    var('rising_entity_baseline_days'), var('rising_entity_prior'), var('rising_entity_min_papers')
) }}
