// Some of the single events.
// parameters: limit
// columns: deleted
MATCH ()-[r:CALLED|TEXTED]->()
WITH r
LIMIT $limit
DELETE r
RETURN count(*) AS deleted
