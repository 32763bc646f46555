// Contacts that count events from before a time, those of the smallest numbers first; over: no event is later.
// parameters: first, before, limit
// columns: a, b, over
MATCH (a:Number) USING INDEX a:Number(numberId)
WHERE a.numberId >= $first
MATCH (a)-[r:CONTACTED]->(b:Number)
WHERE r.firstAt < datetime({epochMillis: $before})
RETURN a.numberId AS a, b.numberId AS b, r.lastAt < datetime({epochMillis: $before}) AS over
ORDER BY a.numberId
LIMIT $limit
