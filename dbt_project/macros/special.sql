{#-
F3: log-odds of a topic here (y_i of n_i) against elsewhere (y_j of n_j) with an informative
Dirichlet prior; the priors of all topics sum to `special_prior_papers`.
-#}
{% macro log_odds(y_i, n_i, y_j, n_j, prior) -%}
    (
        ln(({{ y_i }} + {{ prior }})
        / ({{ n_i }} + {{ var('special_prior_papers') }} - {{ y_i }} - {{ prior }}))
        - ln(({{ y_j }} + {{ prior }})
        / ({{ n_j }} + {{ var('special_prior_papers') }} - {{ y_j }} - {{ prior }}))
    )
{%- endmacro %}
