// One hop of nearness: what the contacts of the frontier say of the numbers that it reaches, the nearest first.
// parameters: frontier, reached, limit
// columns: number, farness, before, contacts
UNWIND $frontier AS step
MATCH (u:Number {numberId: step[0]})-[c:CONTACTED]-(v)
WHERE NOT v.numberId IN $reached
WITH v,
  sum(log(1.0 - toFloat(step[1]) * c.events / (c.events + 1))) AS farness,
  max([c.lastAt.epochMillis, -u.numberId]) AS last
ORDER BY farness, v.numberId
LIMIT $limit
RETURN v.numberId AS number, farness, -last[1] AS before,
  COUNT { (v)-[:CONTACTED]->() } + COUNT { (v)<-[:CONTACTED]-() } AS contacts
