with

newest as (

    select * from {{ ref('int_papers__newest_fields') }}

),

given as (

    select
        paper_id,
        trim(github_url) as url,
        'field' as found_in
    from newest
    union all
    select
        paper_id,
        trim(project_url) as url,
        'field' as found_in
    from newest
    union all
    select
        paper_id,
        url,
        'field' as found_in
    from {{ ref('int_papers__linked_repositories') }}
    where paper_id in (select newest.paper_id from newest)
    union all
    select
        paper_id,
        url,
        'text' as found_in
    from {{ ref('int_papers__text_links') }}

),

safe as (

    select
        *,
        {{ github_repository('url') }} as repository

    from given

),

normalised as (

    select
        paper_id,
        found_in,
        case
            when repository is not null then 'https://github.com/' || repository
            else {{ replace_all(safe_url('url'), '/+$', '') }}
        end as url

    from safe

),

ranked as (

    -- One address, however its scheme, its www and its letters' case are written: the field's
    -- spelling before the text's, https before http.
    select
        *,
        row_number() over (
            partition by paper_id, {{ replace_all(lowercase('url'), '^https?://(www\\.)?', '') }}
            order by found_in asc, lower(url) like 'https:%' desc, url asc
        ) as place

    from normalised
    where url is not null

),

final as (

    select
        paper_id,
        url,
        {{ link_kind('url') }} as kind,
        found_in

    from ranked
    where place = 1

)

select * from final
