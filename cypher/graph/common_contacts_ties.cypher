// What passed between given numbers and common ones.
// parameters: ids, numbers
// columns: given, number, sent, received, firstAt, lastAt
UNWIND $numbers AS number
MATCH (m:Number {numberId: number})
UNWIND $ids AS given
MATCH (g:Number {numberId: given})
MATCH (g)-[c:CONTACTED]-(m)
RETURN given, number,
  sum(CASE WHEN startNode(c) = g THEN c.events ELSE 0 END) AS sent,
  sum(CASE WHEN startNode(c) = g THEN 0 ELSE c.events END) AS received,
  min(c.firstAt).epochMillis AS firstAt, max(c.lastAt).epochMillis AS lastAt
ORDER BY number, given
