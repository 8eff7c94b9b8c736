{#- Words and patterns that read scale claims: a number with a written magnitude, and what it counts. -#}

{% macro scale_patterns() -%}
    {%- set number = '\\d[\\d,]*(?:\\.\\d+)?' -%}
    {%- set words = '(?:one )?hundred|one|two|three|four|five|six|seven|eight|nine|ten' -%}
    {%- set magnitude = 'thousand|million|billion|trillion' -%}
    {%- set to = ' ?(?:-|–|to) ?' -%}
    {%- set clause =
        'on|for|with|from|to|at|by|as|is|are|was|while|than|vs|per|across|over|through|under|via|during|when'
        ~ '|which|that|where|using'
    -%}
    {{ return({
        'number': '((?i:' ~ words ~ ')|' ~ number ~ ')[ -]?(?i:' ~ magnitude ~ '|[KMBT])$',
        'magnitude': '([A-Za-z]+)$',
        'low_end': '^(' ~ number ~ ')[KMBTkb]?' ~ to ~ '\\d',
        'low_magnitude': '^[\\d,.]+([KMBTkb])' ~ to ~ '\\d',
        'high_end': to ~ '(\\d[^–-]*)$',
        'span':
            '(^|[^A-Za-z0-9._])('
            ~ '(?:\\d+ ?[x×] ?)?(?:' ~ number ~ '[KMBTkb]?' ~ to ~ ')?' ~ number
            ~ '(?:[ -]?(?i:' ~ magnitude ~ ')| ?[KMBT]|[kb])'
            ~ '|(?i:' ~ words ~ ')[ -](?i:' ~ magnitude ~ ')'
            ~ ')\\b',
        'phrase': '^[+]*(?:[ -]*[^ .,;:()\\[\\]?!-]+){0,7}',
        'clause': ' (?:' ~ clause ~ ')( .*)?$',
        'compound': ' [a-z]*[a-rt-z]-[a-z]*[a-rt-z]\\b',
        'next_of_list': '^([ ,/&–~+-]|and|or|to|vs[.]?|versus|up)+$',
        'in_name': '[A-Za-z0-9)}][-_]$',
        'after_name': '[A-Z][A-Za-z.]* ?$',
        'after_plain_word':
            '(^|[^A-Za-z])(A|About|An|And|Around|At|Between|For|From|In|Of|Our|Over|The|To|Using|With) $',
        'year_like': '^(19|20)\\d\\d[a-z]$',
        'money': '([$€£¥]|US\\$|USD) ?$',
        'data_set_name': '(?i)(laion|datacomp|coyo|webvid|yfcc)[-_]$',
        'screen': '^[ -]*(ultra|uhd|video|image|display)',
        'model_scale': '^[ -]*scales?( that.*)?$',
        'preposition':
            '^[+]*[ -]*(of|in|and|or|we|' ~ clause ~ ')\\b',
        'length_before':
            '(?i)(contexts?|sequence|window|length|tokens)[a-z ]*[ (:~≈]*([0-9.]+[KMkm][a-z, ]*)*$',
        'parameters_before':
            '(?i)parameters?( counts?| scales?| sizes?| range| ranging| from| of|, of which|,)*'
            ~ ' ([0-9.]+( [mb]illion)?,? (and )?)*$',
        'tokens_before':
            '(?i)tokens( [(](with )?([0-9.]+ ?([KMBT]|[mb]illion) [a-z ,]*)*|: ([^.;)]|vs[.]|[.][0-9])*)$',
        'model_before': '(?i)(model|tiny|mini|small|base|medium|large|huge|scale) [(]$'
    }) }}
{%- endmacro %}

{#- The nouns that decide a number's unit: the first of them found in the words after it counts. -#}
{% macro scale_nouns() -%}
    {{ return({
        'parameters': 'parameters?|params?|weights',
        'tokens': 'tokens?',
        'lengths': 'contexts?|context length|sequences? length|window|lengths?',
        'models': 'models?|backbones?|instruct|[a-z]*l[lmv]ms?|variants?|networks?|transformers?|moe|dit',
        'refused':
            'hours?|hrs?|minutes?|mins?|seconds?|days?|weeks?|months?|years?|steps?|iterations?|updates|epochs'
            ~ '|[a-z]*flops?|macs?|operations|bits?|bytes?|resolutions?|pixels?|hz|fps|rpm|dollars?|usd|euros?'
            ~ '|times|m\\^2|km2|meters?|metres?|kilometers|miles|square',
        'counted':
            'images|pairs|samples|examples|videos|clips|frames|points|documents|pages|rows|records|entries'
            ~ '|instances|sentences|words|triplets|masks|annotations|edges|nodes|users|people|interactions'
            ~ '|queries|conversations|dialogues|characters|data|datasets?|corpus|cells|reads'
    }) }}
{%- endmacro %}

{#- What a magnitude multiplies by: K, M, B, T or its word. -#}
{% macro scale_factor(magnitude) -%}
    case
        when lower({{ magnitude }}) in ('k', 'thousand') then 1e3
        when lower({{ magnitude }}) in ('m', 'million') then 1e6
        when lower({{ magnitude }}) in ('b', 'billion') then 1e9
        when lower({{ magnitude }}) in ('t', 'trillion') then 1e12
    end
{%- endmacro %}

{#- A number as written in digits or as one word, or null. -#}
{% macro scale_number(text) -%}
    case lower({{ text }})
        {%- for word in ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'] %}
        when '{{ word }}' then {{ loop.index }}
        {%- endfor %}
        when 'hundred' then 100
        when 'one hundred' then 100
        else try_cast(replace({{ text }}, ',', '') as double)
    end
{%- endmacro %}
