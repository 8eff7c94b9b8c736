-- The topics most papers of each person carry, best first: by itself, since it looks at every topic of
-- every mention.
{{ config(meta={'times_the_lake': 10}) }}
{{ top_topics(ref('int_authors__identified'), 'author_number') }}
