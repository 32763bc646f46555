// Some of the single events from before a time, of callers in a range of ids.
// The range is done where fewer than the limit go.
// parameters: first, below, before, limit
// columns: deleted
MATCH (a:Number)
WHERE $first <= a.numberId < $below
MATCH (a)-[r:CALLED|TEXTED]->(:Number)
WHERE r.at < datetime({epochMillis: $before})
WITH r
LIMIT $limit
DELETE r
RETURN count(*) AS deleted
