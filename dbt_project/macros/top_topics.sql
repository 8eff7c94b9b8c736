{#- The topics most papers of each person or organization carry, best first: id_column, top_topics. -#}
{% macro top_topics(mentions, id_column) %}
    select
        {{ id_column }},
        {{ list_in_order('topic', 'place') }} as top_topics

    from (
        select
            mentions.{{ id_column }},
            tagged.topic,
            row_number() over (
                partition by mentions.{{ id_column }}
                order by count(*) desc, tagged.topic asc
            ) as place

        from {{ mentions }} as mentions
        inner join {{ ref('int_topics__tagged') }} as tagged
            on mentions.paper_id = tagged.paper_id
        where {{ in_part('mentions.' ~ id_column) }}
        group by mentions.{{ id_column }}, tagged.topic
    ) as ranked
    where place <= {{ var('top_topics') }}
    group by {{ id_column }}
{% endmacro %}
