// Some of the contacts that are marked as having their events one by one.
// parameters: limit
// columns: hidden
MATCH ()-[r:CONTACTED]->()
WHERE r.detailed
WITH r
LIMIT $limit
REMOVE r.detailed
RETURN count(*) AS hidden
