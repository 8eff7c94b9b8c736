-- The topics most papers of each person carry, best first: by itself, since it looks at every topic of
-- every mention.
{{ top_topics(ref('int_authors__identified'), 'author_id') }}
