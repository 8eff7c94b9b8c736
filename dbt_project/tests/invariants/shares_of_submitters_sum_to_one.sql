-- Submitters share the listings out whole.
select sum(share_of_listings) as share

from {{ ref('submitters') }}
having count(*) > 0 and abs(sum(share_of_listings) - 1) > 1e-9
