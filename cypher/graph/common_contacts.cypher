// Numbers in contact with at least two of the given ones: known to most first, then by events.
// parameters: ids, most, aside, limit
// columns: number, knownTo, events, firstAt, lastAt
UNWIND $ids AS id
MATCH (:Number {numberId: id})-[:CONTACTED]-(m)
WHERE NOT m.numberId IN $aside
WITH DISTINCT m
UNWIND $ids + $most AS given
MATCH (g:Number {numberId: given})
MATCH (g)-[c:CONTACTED]-(m)
WITH m, count(DISTINCT given) AS knownTo, sum(c.events) AS events, min(c.firstAt) AS firstAt, max(c.lastAt) AS lastAt
WHERE knownTo >= 2
WITH m, knownTo, events, firstAt, lastAt
ORDER BY knownTo DESC, events DESC, m.numberId
LIMIT $limit
RETURN m.numberId AS number, knownTo, events, firstAt.epochMillis AS firstAt, lastAt.epochMillis AS lastAt
ORDER BY knownTo DESC, events DESC, number
