-- paper_topics straight from the lake, written by hand for DuckDB alone: what the twelve models on
-- the way to it are compared with. For made-up lakes, which hold no page cards and no arXiv records.
-- Paths are relative to the data folder; the variables are the dbt project's own.

create macro topic_key(words) as
    regexp_replace(
        regexp_replace(
            trim(regexp_replace(lower(words), '[^\p{L}\p{N}+#]+', ' ', 'g')), 'ies\b', 'y', 'g'
        ),
        '([a-hj-rtv-z])s\b', '\1', 'g'
    );

create temp table newest as
select
    paper_id,
    max_by(title, (observed_at, listing_date, source)) as title,
    max_by(abstract, observed_at) as abstract,
    flatten(list(ai_keywords) filter (where len(ai_keywords) > 0)) as keywords
from read_parquet('lake/listings/**/*.parquet', hive_partitioning = false, union_by_name = true)
group by paper_id;

create temp table spellings as
select distinct
    topic_key(spelling) as phrase,
    topic_key(topic) as means
from read_csv(getvariable('seeds') || '/topic_spellings.csv');

create temp table keywords as
select
    plain.paper_id,
    plain.keyword,
    topic_key(plain.keyword) as own_key,
    coalesce(spellings.means, topic_key(plain.keyword)) as topic_key
from (
    select distinct
        paper_id,
        lower(trim(regexp_replace(
            regexp_replace(keyword, '\([^)]*\)', ' ', 'g'), '\s+', ' ', 'g'
        ))) as keyword
    from (select paper_id, unnest(keywords) as keyword from newest) as given
) as plain
left join spellings on topic_key(plain.keyword) = spellings.phrase
where length(topic_key(plain.keyword)) between 2 and 80;

create temp table dictionary as
with spelled as (
    select
        topic_key,
        keyword,
        count(*) as papers
    from keywords
    where own_key = topic_key
    group by all
)

select
    topic_key,
    coalesce(any_value(commonest.keyword), topic_key) as topic
from keywords
left join (
    select
        topic_key,
        arg_min(keyword, (-papers, keyword)) as keyword
    from spelled
    group by topic_key
) as commonest using (topic_key)
where topic_key not in (
    select topic_key(phrase) from read_csv(getvariable('seeds') || '/topic_stop_words.csv')
)
group by topic_key
having count(distinct paper_id) >= getvariable('topic_min_keyword_papers');

create temp table texts as
select paper_id, 2 as place, ' ' || topic_key(title) || ' ' as folded from newest
union all
select paper_id, 3 as place, ' ' || topic_key(abstract) || ' ' as folded from newest
where abstract is not null;

create temp table frequencies as
select
    word,
    count(*) as uses
from (
    select unnest(string_split(folded, ' ')) as word
    from texts
    where hash(paper_id) % 20 = 0
) as sampled
group by word;

create temp table phrases as
with phrases as (
    select topic, topic_key as phrase from dictionary
    union
    select dictionary.topic, spellings.phrase
    from dictionary
    inner join spellings on dictionary.topic_key = spellings.means
),

words as (
    select *, unnest(string_split(phrase, ' ')) as word from phrases
)

select
    topic,
    ' ' || phrase || ' ' as phrase,
    arg_min(word, (coalesce(uses, 0), word)) as anchor
from words
left join frequencies using (word)
group by all;

-- A word that stands in a text twice gives the same topic twice, which the grouping ends: cheaper
-- than making each text's words distinct.
create table paper_topics as
with found as (
    select
        words.paper_id,
        phrases.topic,
        words.place
    from (
        select paper_id, place, folded, unnest(string_split(folded, ' ')) as word from texts
    ) as words
    inner join phrases on words.word = phrases.anchor
    where contains(words.folded, phrases.phrase)
    union all
    select keywords.paper_id, dictionary.topic, 1
    from keywords
    inner join dictionary using (topic_key)
),

placed as (
    select
        paper_id,
        topic,
        min(place) as place
    from found
    group by all
)

select
    paper_id,
    topic,
    case place when 1 then 'hub' when 2 then 'title' else 'abstract' end as found_in
from placed
qualify count(*) over (partition by topic) >= getvariable('topic_min_papers');
