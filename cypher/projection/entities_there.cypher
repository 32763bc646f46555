// Entities in the graph from an id on, by id.
// parameters: first, limit
// columns: id
MATCH (e:Entity)
WHERE e.entityId >= $first
RETURN e.entityId AS id
ORDER BY e.entityId
LIMIT $limit
