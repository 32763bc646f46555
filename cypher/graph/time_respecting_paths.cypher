// One event more on paths that respect time: of each number reached, the event that ends first there, by whom and when.
// parameters: frontier, until, bound
// columns: number, best, channel
WITH datetime({epochMillis: $until}) AS until, datetime({epochMillis: $bound}) AS bound
UNWIND $frontier AS step
MATCH (n:Number {numberId: step[0]})
WITH n, datetime({epochMillis: step[1]}) AS ready, until, bound
MATCH (n)-[e:CALLED|TEXTED]->(m)
// Through coalesce, so that the plan never starts from the index on all events' times: a number has few of them.
WHERE coalesce(e.at) >= ready AND coalesce(e.at) < until AND coalesce(e.at) < bound
WITH m, [
  e.at.epochMillis + 1000 * coalesce(e.seconds, 0), n.numberId, e.at.epochMillis, e.seq,
  CASE type(e) WHEN 'CALLED' THEN 1 ELSE 0 END
] AS way
WHERE way[0] < $bound
WITH m, min(way) AS best
RETURN m.numberId AS number, best[..3] AS best, CASE best[4] WHEN 1 THEN 'call' ELSE 'sms' END AS channel
