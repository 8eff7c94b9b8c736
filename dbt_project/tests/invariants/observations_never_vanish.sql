{{ config(meta={'dagster': {'ref': {'name': 'paper_observations'}}}) }}

{#-
What the newest published version told of real papers is still told, under the paper a card has
become. Run with `--vars 'accept_vanished: true'` after a change that means to drop observations.
-#}
{{ config(severity='warn' if var('accept_vanished', false) else 'error') }}
with

before as (

    {{ newest_published('paper_observations', ref('paper_observations')) }}

),

renamed as (

    select
        coalesce(paper_aliases.paper_id, before.paper_id) as paper_id,
        before.observed_at

    from before
    left join {{ ref('paper_aliases') }} as paper_aliases
        on before.paper_id = paper_aliases.alias_id
    where before.source <> 'demo'

)

select renamed.*

from renamed
left join {{ ref('paper_observations') }} as paper_observations
    on
        renamed.paper_id = paper_observations.paper_id
        and renamed.observed_at = paper_observations.observed_at
where paper_observations.paper_id is null
