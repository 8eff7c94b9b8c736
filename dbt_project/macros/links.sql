{#- What a normalised address leads to, by its host and path: the first pattern that matches. -#}
{% macro link_kind(url) -%}
    {%- set hub = '^https?://(www\\.)?(huggingface\\.co|hf\\.co)' -%}
    {%- set kinds = [
        ('code', '^https?://(www\\.)?(github|gitlab|bitbucket)\\.[a-z]+/[^/]+/.'),
        ('dataset', hub ~ '/datasets/.'),
        ('dataset', '^https?://(www\\.)?(kaggle\\.com/datasets|zenodo\\.org)/.'),
        ('demo', hub ~ '/spaces/.'),
        ('demo', '^https?://([^/]+\\.hf\\.space|[^/]+\\.gradio\\.(app|live)|colab\\.research\\.google\\.com)(/|$)'),
        ('other', hub ~ '/(papers|collections|blog|docs|organizations)/.'),
        ('model', hub ~ '/[^/]+/.'),
        ('other', '^https?://([^/]*\\.)?(arxiv\\.org|doi\\.org|youtube\\.com|youtu\\.be|github\\.com|huggingface\\.co|hf\\.co)(/|$)'),
    ] -%}
    case
        {% for kind, pattern in kinds -%}
        when {{ matches(lowercase(url), pattern) }} then '{{ kind }}'
        {% endfor -%}
        else 'project'
    end
{%- endmacro %}
