// Uses of devices that count events from before a time; as for aged_contacts.
// parameters: first, before, limit
// columns: a, device, over
MATCH (a:Number) USING INDEX a:Number(numberId)
WHERE a.numberId >= $first
MATCH (a)-[r:USED_DEVICE]->(d:Entity)
WHERE r.firstAt < datetime({epochMillis: $before})
RETURN a.numberId AS a, d.entityId AS device, r.lastAt < datetime({epochMillis: $before}) AS over
ORDER BY a.numberId
LIMIT $limit
