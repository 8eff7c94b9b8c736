{#- How names are compared, and what evidence that two of them are one person weighs. -#}

{#- A person's name without case, accents, dots and hyphens. -#}
{% macro fold_name(column) -%}
    {{ return(adapter.dispatch('fold_name')(column)) }}
{%- endmacro %}

{% macro default__fold_name(column) -%}
    coalesce({{ fold_text('strip_accents(' ~ column ~ ')') }}, lower({{ column }}))
{%- endmacro %}

{% macro spark__fold_name(column) -%}
    coalesce({{ fold_text(column) }}, lower({{ column }}))
{%- endmacro %}

{#- Probability of log-odds, and back. -#}
{% macro logistic(log_odds) -%}
    (1 / (1 + exp(-({{ log_odds }}))))
{%- endmacro %}

{#-
Log-odds that two mentions of one name are one person, by the name alone (Fellegi and Sunter's term
frequency): `namesakes` is how many persons of that name chance would make of the given names and
surnames seen.
-#}
{% macro name_log_odds(namesakes) -%}
    ({{ var('identity_name_log_odds') }} - {{ var('identity_name_slope') }} * ln({{ namesakes }}))
{%- endmacro %}

{#- Log-odds at which two mentions are joined. -#}
{% macro joined_log_odds() -%}
    {%- set share = var('identity_possible') -%}
    ln({{ share }} / {{ 1 - share }})
{%- endmacro %}
