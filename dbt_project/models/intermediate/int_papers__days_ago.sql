-- Papers first listed on a complete day, and how many days before the last complete day that was.
with

first_listed as (

    select * from {{ ref('int_papers__first_listed') }}

),

as_of as (

    select max(listed_on) as last_complete_on from first_listed

),

final as (

    select
        first_listed.paper_id,
        {{ days_between('first_listed.listed_on', 'as_of.last_complete_on') }} as days_ago

    from first_listed
    cross join as_of

)

select * from final
