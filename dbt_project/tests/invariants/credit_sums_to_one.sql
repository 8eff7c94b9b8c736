-- A paper is shared out whole.
select
    paper_id,
    sum(credit) as credit

from {{ ref('paper_authors') }}
group by paper_id
having abs(sum(credit) - 1) > 1e-9
