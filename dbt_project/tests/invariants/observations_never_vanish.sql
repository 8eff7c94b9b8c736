{{ config(meta={'dagster': {'ref': {'name': 'paper_observations'}}}) }}

{#-
What the newest published version told of real papers is still told: under its paper, or, when it was
a card's, under what that card is now (another paper of that title makes it a card again). Whoever
means to drop observations builds once with `PAPERTIDE_ACCEPT_VANISHED=true`.
-#}
with

before as (

    {{ newest_published('paper_observations', ref('paper_observations')) }}

),

aliases_before as (

    {{ newest_published('paper_aliases', ref('paper_aliases')) }}

),

observations as (

    select * from {{ ref('paper_observations') }}

),

aliases as (

    select * from {{ ref('paper_aliases') }}

),

missing as (

    select
        before.paper_id,
        before.observed_at

    from before
    left join observations
        on before.paper_id = observations.paper_id and before.observed_at = observations.observed_at
    where
        before.source <> 'demo'
        and observations.paper_id is null

),

cards as (

    select
        paper_id as told_id,
        paper_id as card_id
    from missing
    union
    select
        paper_id as told_id,
        alias_id as card_id
    from aliases_before

),

moved as (

    select
        cards.told_id,
        coalesce(aliases.paper_id, cards.card_id) as paper_id

    from cards
    left join aliases on cards.card_id = aliases.alias_id

)

select
    missing.paper_id,
    missing.observed_at

from missing
left join moved on missing.paper_id = moved.told_id
left join observations
    on moved.paper_id = observations.paper_id and missing.observed_at = observations.observed_at
group by missing.paper_id, missing.observed_at
having count(observations.paper_id) = 0
{{ 'limit 0' if env_var('PAPERTIDE_ACCEPT_VANISHED', 'false') == 'true' }}
