-- paper_topics straight from the lake, and topic_weeks with their bursts.

create macro topic_words(words) as
    regexp_replace(
        regexp_replace(
            trim(spaced(lower(words), '[^\p{L}\p{N}+# ]+')), 'ies\b', 'y', 'g'
        ),
        '\b(news|keys|lens|bias|atlas|canvas|[a-z]*(?:physics|dynamics|ethics|statistics)'
        || '|semantics|economics|linguistics|aesthetics|acoustics|politics|kinematics|mechanics)'
        || '\b|(ss|x|sh|[nrt]ch|oach)es\b|([a-hj-rtv-z])s\b',
        '\1\2\3', 'g'
    );

create macro topic_key(words) as replace(topic_words(words), ' ', '');

create temp table newest as
select
    paper_id,
    max_by(title, (observed_at, listing_date, source)) as title,
    max_by(abstract, observed_at) as abstract,
    flatten(list(ai_keywords) filter (where len(ai_keywords) > 0)) as keywords
from read_parquet('lake/listings/**/*.parquet', hive_partitioning = false, union_by_name = true)
group by paper_id;

create temp table spellings as
select
    topic_words(spelling) as phrase,
    topic,
    topic_key(topic) as topic_key
from read_csv(getvariable('seeds') || '/topic_spellings.csv');

create temp table keywords as
select
    plain.paper_id,
    coalesce(spellings.topic, plain.keyword) as keyword,
    topic_words(plain.keyword) as phrase,
    coalesce(spellings.topic_key, topic_key(plain.keyword)) as topic_key
from (
    select distinct
        paper_id,
        lower(trim(regexp_replace(
            regexp_replace(keyword, '\([^)]*\)', ' ', 'g'), '\s+', ' ', 'g'
        ))) as keyword
    from (select paper_id, unnest(keywords) as keyword from newest) as given
) as plain
left join spellings on topic_key(plain.keyword) = replace(spellings.phrase, ' ', '')
where length(topic_words(plain.keyword)) between 2 and 80;

create temp table dictionary as
select
    topic_key,
    arg_min(keyword, (-spelled, keyword)) as topic
from (
    select *, count(*) over (partition by topic_key, keyword) as spelled from keywords
)
where topic_key not in (
    select topic_key(phrase) from read_csv(getvariable('seeds') || '/topic_stop_words.csv')
)
group by topic_key
having count(distinct paper_id) >= getvariable('topic_min_keyword_papers');

create temp table texts as
select paper_id, 2 as place, ' ' || topic_words(title) || ' ' as folded from newest
union all
select paper_id, 3 as place, ' ' || topic_words(abstract) || ' ' as folded from newest
where abstract is not null;

create temp table phrases as
select
    topic,
    ' ' || phrase || ' ' as phrase,
    split_part(phrase, ' ', 1) as word,
    split_part(phrase, ' ', 2) as next_word,
    len(string_split(phrase, ' ')) > 2 as is_long
from (
    select dictionary.topic, phrase from dictionary inner join keywords using (topic_key)
    union
    select dictionary.topic, phrase from dictionary inner join spellings using (topic_key)
);

create table paper_topics as
with words as (
    select paper_id, place, folded, unnest(words) as word, unnest(words[2:]) as next_word
    from (select *, string_split(folded, ' ') as words from texts)
),

found as (
    select paper_id, topic, place
    from words
    inner join phrases using (word)
    where
        (phrases.next_word = '' or phrases.next_word = words.next_word)
        and (not is_long or contains(folded, phrase))
    union all
    select paper_id, topic, 1
    from keywords
    inner join dictionary using (topic_key)
)

select
    paper_id,
    topic,
    case min(place) when 1 then 'hub' when 2 then 'title' else 'abstract' end as found_in
from found
group by paper_id, topic
window one_topic as (partition by topic)
qualify
    count(*) over one_topic >= getvariable('topic_min_papers')
    and not (
        count(*) over one_topic
        >= getvariable('topic_common_times') * count(*) filter (min(place) = 1) over one_topic
        and count(*) filter (min(place) = 2) over one_topic
        < getvariable('topic_common_title_share') * count(*) filter (min(place) > 1) over one_topic
    )
order by topic, paper_id;

create table topic_weeks as
with recursive weeks as (
    select
        date_trunc('week', listed_on)::date as week_start_on,
        count(*) as all_papers,
        row_number() over (order by week_start_on) as number
    from measures
    where listed_on is not null
    group by week_start_on
),

counted as (
    select
        topic,
        date_trunc('week', listed_on)::date as week_start_on,
        count(*) as papers,
        sum(upvotes) as upvotes
    from paper_topics
    inner join measures using (paper_id)
    where listed_on is not null
    group by all
),

filled as (
    select
        topic,
        week_start_on,
        number,
        coalesce(papers, 0) as papers,
        all_papers,
        coalesce(upvotes, 0)::bigint as upvotes,
        sum(coalesce(papers, 0)) over (partition by topic)::double
        / sum(all_papers) over (partition by topic) as everyday_rate,
        least(getvariable('burst_rate_ratio') * everyday_rate, 0.9999) as burst_rate,
        getvariable('burst_gamma') * ln(count(*) over (partition by topic)) as up,
        -(
            coalesce(papers, 0) * ln(burst_rate / everyday_rate)
            + (all_papers - coalesce(papers, 0)) * ln((1 - burst_rate) / (1 - everyday_rate))
        ) as extra
    from (select distinct topic from paper_topics)
    cross join weeks
    left join counted using (topic, week_start_on)
),

costs as (from filled where everyday_rate > 0 and everyday_rate < 0.9999),

-- F4, Viterbi over two states: the lead of the everyday state, carried from week to week.
forward as (
    select topic, number, up, up + extra as lead from costs where number = 1
    union all
    select topic, costs.number, costs.up, least(greatest(forward.lead, 0), costs.up) + extra
    from forward
    inner join costs using (topic)
    where costs.number = forward.number + 1
),

traced as (
    select
        topic,
        number,
        coalesce(first_value(case when lead < 0 then 1 when lead > up then 0 end ignore nulls) over (
            partition by topic order by number rows between current row and unbounded following
        ), 0) as state
    from forward
),

bursts as (
    select
        topic,
        number,
        sum(-extra) over (partition by topic, number - place) as burst_weight
    from (
        select *, row_number() over (partition by topic order by number) as place
        from traced
        where state = 1
    )
    inner join costs using (topic, number)
)

select
    topic,
    week_start_on,
    papers,
    all_papers,
    papers::double / all_papers as share,
    greatest((share + z * z / 2 / all_papers - half) / (1 + z * z / all_papers), 0) as share_low,
    least((share + z * z / 2 / all_papers + half) / (1 + z * z / all_papers), 1) as share_high,
    upvotes,
    burst_weight is not null as in_burst,
    burst_weight
from (
    select
        *,
        getvariable('share_z') as z,
        papers::double / all_papers as p,
        z * sqrt(p * (1 - p) / all_papers + z * z / 4 / all_papers / all_papers) as half
    from filled
)
left join bursts using (topic, number)
order by topic, week_start_on;
