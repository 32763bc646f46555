// What passed between given numbers and common ones in a window, from single events.
// parameters: ids, numbers, since, until
// columns: given, number, sent, received, firstAt, lastAt
WITH datetime({epochMillis: $since}) AS since, datetime({epochMillis: $until}) AS until
UNWIND $numbers AS number
MATCH (m:Number {numberId: number})
UNWIND $ids AS given
MATCH (g:Number {numberId: given})
MATCH (g)-[c:CALLED|TEXTED]-(m)
WHERE c.at >= since AND c.at < until
RETURN given, number,
  sum(CASE WHEN startNode(c) = g THEN 1 ELSE 0 END) AS sent,
  sum(CASE WHEN startNode(c) = g THEN 0 ELSE 1 END) AS received,
  min(c.at).epochMillis AS firstAt, max(c.at).epochMillis AS lastAt
ORDER BY number, given
