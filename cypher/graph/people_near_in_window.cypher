// One hop of nearness in a window, from single events.
// parameters: frontier, reached, since, until, limit
// columns: number, farness, before, contacts
WITH datetime({epochMillis: $since}) AS since, datetime({epochMillis: $until}) AS until
UNWIND $frontier AS step
MATCH (u:Number {numberId: step[0]})
MATCH (u)-[e:CALLED|TEXTED]-(v)
WHERE e.at >= since AND e.at < until AND NOT v.numberId IN $reached
WITH step, u, v, startNode(e) = u AS sent, count(*) AS events, max(e.at).epochMillis AS lastAt
WITH v,
  sum(log(1.0 - toFloat(step[1]) * events / (events + 1))) AS farness,
  max([lastAt, -u.numberId]) AS last
ORDER BY farness, v.numberId
LIMIT $limit
RETURN v.numberId AS number, farness, -last[1] AS before,
  COUNT { (v)-[:CONTACTED]->() } + COUNT { (v)<-[:CONTACTED]-() } AS contacts
