{#- The topics most papers of each person or organization carry, best first: id_column, top_topics. -#}
{% macro top_topics(mentions, id_column) %}
    select
        {{ id_column }},
        {{ firsts_in_order('topic', '-papers', var('top_topics')) }} as top_topics

    from (
        select
            mentions.{{ id_column }},
            tagged.topic,
            count(*) as papers

        from {{ mentions }} as mentions
        inner join {{ ref('int_topics__tagged') }} as tagged
            on mentions.paper_id = tagged.paper_id
        group by mentions.{{ id_column }}, tagged.topic
    ) as counted
    group by {{ id_column }}
{% endmacro %}
