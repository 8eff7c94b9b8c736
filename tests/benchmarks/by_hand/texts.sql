-- paper_scale_claims and paper_links: one pass each over titles, abstracts and given links.

create macro times(magnitude) as case lower(magnitude)
    when 'k' then 1e3 when 'thousand' then 1e3
    when 'm' then 1e6 when 'million' then 1e6
    when 'b' then 1e9 when 'billion' then 1e9
    when 't' then 1e12 when 'trillion' then 1e12
end;
create macro counted(words) as coalesce(
    list_position(
        ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'], lower(words)
    ),
    if(lower(words) in ('hundred', 'one hundred'), 100, null),
    try_cast(replace(words, ',', '') as double)
);

create macro told(phrase) as regexp_extract(phrase, '\b(parameters?|params?|weights|tokens?|contexts?|context length|sequences? length|window|lengths?|models?|backbones?|instruct|[a-z]*l[lmv]ms?|variants?|networks?|transformers?|moe|dit|hours?|hrs?|minutes?|mins?|seconds?|days?|weeks?|months?|years?|steps?|iterations?|updates|epochs|[a-z]*flops?|macs?|operations|bits?|bytes?|resolutions?|pixels?|hz|fps|rpm|dollars?|usd|euros?|times|m\^2|km2|meters?|metres?|kilometers|miles|square|images|pairs|samples|examples|videos|clips|frames|points|documents|pages|rows|records|entries|instances|sentences|words|triplets|masks|annotations|edges|nodes|users|people|interactions|queries|conversations|dialogues|characters|data|datasets?|corpus|cells|reads)\b', 1);

-- A text is cut before each number with a magnitude, so a piece is the number and what follows it.
create temp table spans as
with pieces as (
    select
        paper_id,
        found_in,
        unnest(pieces) as piece,
        generate_subscripts(pieces, 1) as position
    from (
        select
            paper_id,
            found_in,
            split(
                regexp_replace(
                    text,
                    '(^|[^A-Za-z0-9._])((?:\d+ ?[x×] ?)?(?:\d[\d,]*(?:\.\d+)?[KMBTkb]? ?(?:-|–|to) ?)?\d[\d,]*(?:\.\d+)?(?:[ -]?(?i:thousand|million|billion|trillion)| ?[KMBT]|[kb])|(?i:(?:one )?hundred|one|two|three|four|five|six|seven|eight|nine|ten)[ -](?i:thousand|million|billion|trillion))\b',
                    '\1⟦\2⟧',
                    'g'
                ),
                '⟦'
            ) as pieces
        from (
            select paper_id, 'title' as found_in, title as text from newest
            union all
            select paper_id, 'abstract', abstract from newest
        )
    )
    where len(pieces) > 1
)

select
    paper_id,
    found_in,
    position,
    split_part(piece, '⟧', 1) as span,
    split_part(piece, '⟧', 2) as after,
    right(replace(concat(
        lag(piece, 2, '') over in_text, lag(piece, 1, '') over in_text
    ), '⟧', ''), 60) as before
from pieces
window in_text as (partition by paper_id, found_in order by position)
qualify piece like '%⟧%';

create temp table claims as
with read as (
    select
        *,
        regexp_extract(span, '((?i:(?:one )?hundred|one|two|three|four|five|six|seven|eight|nine|ten)|\d[\d,]*(?:\.\d+)?)[ -]?(?i:thousand|million|billion|trillion|[KMBT])$', 1) as number,
        regexp_extract(span, '([A-Za-z]+)$', 1) as magnitude,
        times(magnitude) as factor,
        regexp_extract(span, '^(\d[\d,]*(?:\.\d+)?)[KMBTkb]? ?(?:-|–|to) ?\d', 1) as low_number,
        times(regexp_extract(span, '^[\d,.]+([KMBTkb]) ?(?:-|–|to) ?\d', 1)) as low_factor,
        regexp_replace(
            lower(regexp_extract(after, '^[+]*(?:[ -]*[^ .,;:()\[\]?!-]+){0,7}')),
            ' (?:on|for|with|from|to|at|by|as|is|are|was|while|than|vs|per|across|over|through|under|via|during|when|which|that|where|using)( .*)?$',
            ''
        ) as phrase,
        coalesce(
            nullif(told(regexp_replace(phrase, ' [a-z]*[a-rt-z]-[a-z]*[a-rt-z]\b', '', 'g')), ''),
            told(phrase)
        ) as noun,
        case
            when regexp_full_match(noun, 'parameters?|params?|weights') then 'parameters'
            when regexp_full_match(noun, 'tokens?') then 'tokens'
            when regexp_full_match(noun, 'contexts?|context length|sequences? length|window|lengths?') then 'length'
            when regexp_full_match(noun, 'models?|backbones?|instruct|[a-z]*l[lmv]ms?|variants?|networks?|transformers?|moe|dit') then 'model'
            when regexp_full_match(noun, 'hours?|hrs?|minutes?|mins?|seconds?|days?|weeks?|months?|years?|steps?|iterations?|updates|epochs|[a-z]*flops?|macs?|operations|bits?|bytes?|resolutions?|pixels?|hz|fps|rpm|dollars?|usd|euros?|times|m\^2|km2|meters?|metres?|kilometers|miles|square') then 'refused'
            when noun <> '' then 'counted'
        end as noun_kind,
        regexp_matches(before, '[A-Za-z0-9)}][-_]$') as is_in_name,
        is_in_name or (
            regexp_matches(before, '[A-Z][A-Za-z.]* ?$')
            and not regexp_matches(before, '(^|[^A-Za-z])(A|About|An|And|Around|At|Between|For|From|In|Of|Our|Over|The|To|Using|With) $')
        ) as is_after_name
    from spans
),

decided as (
    select
        *,
        case
            when regexp_matches(before, '([$€£¥]|US\$|USD) ?$') then 'none'
            when regexp_matches(span, '^(19|20)\d\d[a-z]$') then 'none'
            when is_in_name and factor in (1e3, 1e12) then 'none'
            when noun_kind = 'parameters' then 'parameters'
            when regexp_matches(before, '(?i)(laion|datacomp|coyo|webvid|yfcc)[-_]$') then 'none'
            when is_in_name and lower(magnitude) = 'b' then 'parameters'
            when regexp_matches(after, '^([ ,/&–~+-]|and|or|to|vs[.]?|versus|up)+$') then null
            when noun_kind = 'tokens' then 'tokens'
            when noun_kind = 'length' and factor < 1e9 then 'tokens'
            when noun_kind = 'refused' then 'none'
            when
                factor = 1e3 and number in ('2', '4', '8', '16')
                and regexp_matches(phrase, '^[ -]*(ultra|uhd|video|image|display)') then 'none'
            when
                noun_kind = 'model' and noun like '%s' and factor < 1e9
                and length(magnitude) > 1 and span not like '%-%' then 'items'
            when noun_kind = 'model' and factor > 1e3 then 'parameters'
            when is_in_name then 'none'
            when noun_kind = 'counted' then 'items'
            when regexp_matches(before, '(?i)tokens( [(](with )?([0-9.]+ ?([KMBT]|[mb]illion) [a-z ,]*)*|: ([^.;)]|vs[.]|[.][0-9])*)$') then 'tokens'
            when lower(magnitude) = 'b' then 'parameters'
            when regexp_matches(phrase, '^[ -]*scales?( that.*)?$') and factor > 1e6 then 'parameters'
            when magnitude = 'T' then 'none'
            when
                regexp_matches(phrase, '[a-z]{2,}')
                and not regexp_matches(lower(after), '^[+]*[ -]*(of|in|and|or|we|on|for|with|from|to|at|by|as|is|are|was|while|than|vs|per|across|over|through|under|via|during|when|which|that|where|using)\b') then 'items'
            when factor < 1e9 and regexp_matches(before, '(?i)(contexts?|sequence|window|length|tokens)[a-z ]*[ (:~≈]*([0-9.]+[KMkm][a-z, ]*)*$') then 'tokens'
            when factor > 1e3 and regexp_matches(before, '(?i)parameters?( counts?| scales?| sizes?| range| ranging| from| of|, of which|,)* ([0-9.]+( [mb]illion)?,? (and )?)*$') then 'parameters'
            when factor = 1e6 and regexp_matches(before, '(?i)(model|tiny|mini|small|base|medium|large|huge|scale) [(]$') then 'parameters'
            else 'none'
        end as own_unit
    from read
)

select
    *,
    coalesce(own_unit, first_value(own_unit ignore nulls) over (
        partition by paper_id, found_in order by position rows between 1 following and unbounded following
    ), 'none') as unit
from decided
qualify unit <> 'none';

create table paper_scale_claims as
with ends as (
    select
        *,
        round(counted(number) * factor) as claim_value,
        case
            when low_number <> '' and is_after_name
                then regexp_extract(span, ' ?(?:-|–|to) ?(\d[^–-]*)$', 1)
            else span
        end as text_span
    from claims
    union all
    select *, round(counted(low_number) * coalesce(low_factor, factor)), span
    from claims
    where low_number <> '' and not is_after_name
)

select
    paper_id,
    claim_value,
    unit,
    text_span,
    found_in
from ends
where claim_value > 0
qualify
    row_number() over (partition by paper_id, claim_value, unit order by found_in desc, position) = 1
    and not (
        bool_and(is_in_name) over (partition by paper_id, claim_value, unit)
        and unit = 'parameters'
        and min(unit) over (partition by paper_id, claim_value) = 'items'
    );

create macro repository(url) as nullif(regexp_replace(
    regexp_extract(
        regexp_replace(url, '\s+', '', 'g'),
        '(?i)^(?:https?://)?(?:www\.)?github\.com/+([\w-]+/+[\w.-]+)', 1
    ),
    '(/)/+|\.git$', '\1', 'g'
), '');
create macro safe(url) as if(regexp_matches(lower(url), '^https?://[^\s]+$'), url, null);

create temp table given as
select
    paper_id,
    max_by(github_url, (observed_at, listing_date)) filter (github_url is not null) as github_url,
    max_by(project_url, (observed_at, listing_date)) filter (project_url is not null) as project_url
from read_parquet('lake/listings/**/*.parquet', hive_partitioning = false, union_by_name = true)
group by paper_id;

create table paper_links as
with written as (
    select
        paper_id,
        regexp_replace(
            unnest(regexp_extract_all(abstract, '(?:https?://|github\.com/)[^\s<>"{}|\\^`]+')),
            '[^\p{L}\p{N}/=_-]+$', '', 'g'
        ) as url
    from newest
    where abstract like '%http%' or abstract like '%github.com/%'
),

linked as (
    select paper_id, trim(github_url) as url, 'field' as found_in from given
    union all
    select paper_id, trim(project_url), 'field' from given
    union all
    select paper_id, safe(if(url like 'github.com/%', 'https://' || url, url)), 'text' from written
),

normalised as (
    select
        *,
        lower(url) as folded
    from (
        select
            paper_id,
            found_in,
            coalesce(
                'https://github.com/' || repository(linked.url),
                regexp_replace(safe(linked.url), '/+$', '')
            ) as url
        from linked
    )
)

select
    paper_id,
    url,
    case
        when regexp_matches(folded, '^https?://(www\.)?(github|gitlab|bitbucket)\.[a-z]+/[^/]+/.') then 'code'
        when regexp_matches(folded, '^https?://(www\.)?(huggingface\.co|hf\.co)/datasets/.') then 'dataset'
        when regexp_matches(folded, '^https?://(www\.)?(kaggle\.com/datasets|zenodo\.org)/.') then 'dataset'
        when regexp_matches(folded, '^https?://(www\.)?(huggingface\.co|hf\.co)/spaces/.') then 'demo'
        when regexp_matches(folded, '^https?://([^/]+\.hf\.space|[^/]+\.gradio\.(app|live)|colab\.research\.google\.com)(/|$)') then 'demo'
        when regexp_matches(folded, '^https?://(www\.)?(huggingface\.co|hf\.co)/(papers|collections|blog|docs|organizations)/.') then 'other'
        when regexp_matches(folded, '^https?://(www\.)?(huggingface\.co|hf\.co)/[^/]+/.') then 'model'
        when regexp_matches(folded, '^https?://([^/]*\.)?(arxiv\.org|doi\.org|youtube\.com|youtu\.be|github\.com|huggingface\.co|hf\.co)(/|$)') then 'other'
        else 'project'
    end as kind,
    min(found_in) as found_in
from normalised
where url is not null
group by all;
