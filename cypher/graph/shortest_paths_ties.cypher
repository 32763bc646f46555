// What joins two neighbours on a path: their events both ways.
// parameters: pairs
// columns: a, b, events, firstAt, lastAt
UNWIND $pairs AS pair
MATCH (n:Number {numberId: pair[0]})
MATCH (m:Number {numberId: pair[1]})
MATCH (n)-[c:CONTACTED]-(m)
RETURN pair[0] AS a, pair[1] AS b, sum(c.events) AS events,
  min(c.firstAt).epochMillis AS firstAt, max(c.lastAt).epochMillis AS lastAt
