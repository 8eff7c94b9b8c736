{#- The formulas of the product, each once. Parameters are dbt vars. -#}

{#- F1: observed papers against the expected, both with the prior added. -#}
{% macro rising_ratio(observed, expected, prior) -%}
    (({{ observed }} + {{ prior }}) / ({{ expected }} + {{ prior }}))
{%- endmacro %}

{#- F1: lower 5 % bound of that ratio (Gamma-Poisson, Wilson-Hilferty). -#}
{% macro rising_eb05(observed, expected, prior) -%}
    (
        ({{ observed }} + {{ prior }})
        * power(
            1 - 1 / (9.0 * ({{ observed }} + {{ prior }}))
            - 1.6449 * sqrt(1 / (9.0 * ({{ observed }} + {{ prior }}))), 3
        )
        / ({{ expected }} + {{ prior }})
    )
{%- endmacro %}

{#- How far the forecast of a topic's papers is above what it takes to rise, in standard deviations
    of a count (its square root has a constant spread). -#}
{% macro rising_score(forecast, bar) -%}
    2 * (sqrt({{ forecast }}) - sqrt({{ bar }}))
{%- endmacro %}

{#- F2: one end of the Wilson band of a share; `side` is -1 or 1. -#}
{% macro wilson_bound(part, whole, side) -%}
    {%- set z = var('share_z') -%}
    (
        (cast({{ part }} as double) / {{ whole }} + {{ z * z / 2 }} / {{ whole }}
        + {{ side }} * {{ z }} * sqrt(
            (cast({{ part }} as double) / {{ whole }}) * (1 - cast({{ part }} as double) / {{ whole }}) / {{ whole }}
            + {{ z * z / 4 }} / {{ whole }} / {{ whole }}
        ))
        / (1 + {{ z * z }} / {{ whole }})
    )
{%- endmacro %}

{#- F5: logarithm of the upvotes to expect after two weeks: they grow with a power of the age. -#}
{% macro projected_upvotes(upvotes, hours) -%}
    (
        ln(1 + {{ upvotes }})
        + {{ var('score_growth') }} * ln(({{ var('score_hours') }} + 2.0) / ({{ hours }} + 2.0))
    )
{%- endmacro %}

{#- F6: a mean drawn towards the mean of all by the weight of a few papers. -#}
{% macro shrunk_mean(total, papers, mean_of_all) -%}
    (({{ total }} + {{ var('shrink_papers') }} * {{ mean_of_all }}) / ({{ papers }} + {{ var('shrink_papers') }}))
{%- endmacro %}
