{#- How names are compared, and what evidence that two of them are one person weighs. -#}

{#- A person's name without case, accents, dots and hyphens. -#}
{% macro fold_name(column) -%}
    coalesce({{ fold_text(without_accents(column)) }}, {{ lowercase(column) }})
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

{#- Whether evidence of a weight makes two mentions of a name one person. -#}
{% macro is_told_by(weight, log_odds) -%}
    {{ log_odds }} + {{ weight }} >= {{ joined_log_odds() }}
{%- endmacro %}

{#- Whether another line's name is evidence of who a line is. That two persons of a common name each wrote
    with somebody of another common name is chance. -#}
{% macro is_told_by_coauthor(line, coauthor) -%}
    {{ coauthor }}.namesakes * greatest({{ line }}.namesakes, 1) <= {{ var('identity_clue_namesakes') }}
    and {{ is_told_by(var('identity_coauthor_weight'), line ~ '.name_log_odds') }}
{%- endmacro %}

{#-
The lowest group that each mention finds, and that any mention of the group it names finds: so a group
moves as a whole when one of it does (Shiloach and Vishkin's hooking).
-#}
{% macro hooked(lowest) -%}
    {{ return(adapter.dispatch('hooked')(lowest)) }}
{%- endmacro %}

{% macro default__hooked(lowest) -%}
    select
        mention_number,
        min(group_number) as group_number

    from (
        select
            mention_number,
            group_number
        from {{ lowest }}
        union all
        select
            own_group_number as mention_number,
            group_number
        from {{ lowest }}
        where group_number < own_group_number
    ) as found
    group by mention_number
{%- endmacro %}

{#- Spark computes a subquery again wherever it is named: named twice in every round, this one would double
    with each. -#}
{% macro spark__hooked(lowest) -%}
    select
        mention_number,
        min(group_number) as group_number

    from (
        select
            explode(array(mention_number, own_group_number)) as mention_number,
            group_number
        from {{ lowest }}
    ) as found
    group by mention_number
{%- endmacro %}

{#- Each mention with the group that the mention which names its group is in (their shortcutting). -#}
{% macro group_of_group(groups) -%}
    {{ return(adapter.dispatch('group_of_group')(groups)) }}
{%- endmacro %}

{% macro default__group_of_group(groups) -%}
    select
        groups.mention_number,
        theirs.group_number

    from {{ groups }} as groups
    inner join {{ groups }} as theirs on groups.group_number = theirs.mention_number
{%- endmacro %}

{#- Without naming a subquery twice, as above: a mention asks with one row and answers with another. -#}
{% macro spark__group_of_group(groups) -%}
    select
        asked_by as mention_number,
        group_number

    from (
        select
            asked_by,
            max(answer) over (partition by asked) as group_number

        from (
            select
                inline(array(
                    named_struct('asked', group_number, 'asked_by', mention_number, 'answer', cast(null as bigint)),
                    named_struct('asked', mention_number, 'asked_by', cast(null as bigint), 'answer', group_number)
                ))

            from {{ groups }}
        ) as asking
    ) as answered
    where asked_by is not null
{%- endmacro %}

{#- One kind of evidence in words: the clue that says most, and how many more there are. -#}
{% macro evidence_words(kind, clue, clues) -%}
    '{{ kind }} ' || {{ clue }}
    || case when {{ clues }} > 1 then ' and ' || ({{ clues }} - 1) || ' more' else '' end
{%- endmacro %}
