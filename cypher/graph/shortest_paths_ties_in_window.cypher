// What joins two neighbours on a path in a window: their single events both ways.
// parameters: pairs, since, until
// columns: a, b, events, firstAt, lastAt
WITH datetime({epochMillis: $since}) AS since, datetime({epochMillis: $until}) AS until
UNWIND $pairs AS pair
MATCH (n:Number {numberId: pair[0]})
MATCH (m:Number {numberId: pair[1]})
MATCH (n)-[e:CALLED|TEXTED]-(m)
WHERE e.at >= since AND e.at < until
RETURN pair[0] AS a, pair[1] AS b, count(*) AS events,
  min(e.at).epochMillis AS firstAt, max(e.at).epochMillis AS lastAt
