// Numbers in the graph from an id on, by id.
// parameters: first, limit
// columns: id
MATCH (n:Number)
WHERE n.numberId >= $first
RETURN n.numberId AS id
ORDER BY n.numberId
LIMIT $limit
