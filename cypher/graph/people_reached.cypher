// One event more on chains that respect time: of each number reached, nearness, and the event that ends first there.
// parameters: frontier, known, until, limit
// columns: number, farness, best, contacts
WITH datetime({epochMillis: $until}) AS until
UNWIND $frontier AS step
MATCH (u:Number {numberId: step[0]})
WITH u, datetime({epochMillis: step[1]}) AS ready, step[2] AS strength, until
MATCH (u)-[e:CALLED|TEXTED]->(v)
// Through coalesce, so that the plan never starts from the index on all events' times: a number has few of them.
WHERE coalesce(e.at) >= ready AND coalesce(e.at) < until AND NOT v.numberId IN $known
WITH u, v, strength, count(*) AS events, min(e.at.epochMillis + 1000 * coalesce(e.seconds, 0)) AS endedAt
WITH v,
  sum(log(1.0 - toFloat(strength) * events / (events + 1))) AS farness,
  min([endedAt, u.numberId]) AS best
ORDER BY farness, v.numberId
LIMIT $limit
RETURN v.numberId AS number, farness, best,
  COUNT { (v)-[:CONTACTED]->() } + COUNT { (v)<-[:CONTACTED]-() } AS contacts
