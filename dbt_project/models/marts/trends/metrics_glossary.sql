{#- The parameters that a metric's words name in braces; a test sees to it that no brace is left. -#}
{%- set parameters = {
    'score': ['score_growth', 'score_hours', 'score_history_days'],
    'topic': [
        'topic_min_keyword_papers', 'topic_min_papers', 'topic_common_times', 'topic_common_title_share'
    ],
    'share_low_high': ['share_z'],
    'in_burst': ['burst_rate_ratio', 'burst_gamma'],
    'rising_ratio': [
        'rising_recent_days', 'rising_baseline_days', 'rising_prior', 'rising_entity_recent_days',
        'rising_entity_baseline_days', 'rising_entity_prior'
    ],
    'rising_score': ['rising_recent_days', 'rising_times', 'rising_min_papers'],
    'forecast_papers': ['rising_recent_days', 'rising_half_life_days'],
    'log_odds': ['special_prior_papers'],
    'score_shrunk': ['shrink_papers'],
    'identity_confidence': [
        'identity_account_confidence', 'identity_name_log_odds', 'identity_name_slope',
        'identity_coauthor_weight', 'identity_submitter_weight', 'identity_organization_weight'
    ]
} -%}
with

definitions as (

    select * from {{ ref('metric_definitions') }}

),

final as (

    select
        metric,
        label,
        {%- for words in ['meaning', 'formula'] %}
        case metric
            {%- for metric, names in parameters.items() %}
            when '{{ metric }}' then {{ with_parameters(words, names) }}
            {%- endfor %}
            else {{ words }}
        end as {{ words }},
        {%- endfor %}
        model

    from definitions

)

select * from final
