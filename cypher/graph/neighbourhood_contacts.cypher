// The counting contacts among some numbers: found from those with few contacts; hubs are asked two by two.
// parameters: few, hubs, taken, minEvents, limit
// columns: a, b, events, calls, messages, talkSeconds, firstAt, lastAt, all
CALL () {
  UNWIND $few AS id
  MATCH (n:Number {numberId: id})-[c:CONTACTED]-(m)
  WHERE c.events >= $minEvents AND m.numberId IN $taken
  RETURN c
  UNION
  UNWIND $hubs AS one
  UNWIND $hubs AS other
  MATCH (n:Number {numberId: one})
  MATCH (m:Number {numberId: other})
  MATCH (n)-[c:CONTACTED]->(m)
  WHERE c.events >= $minEvents
  RETURN c
}
WITH c
ORDER BY c.events DESC, startNode(c).numberId, endNode(c).numberId
WITH collect(c) AS found
UNWIND found[..$limit] AS c
RETURN startNode(c).numberId AS a, endNode(c).numberId AS b, c.events AS events, c.calls AS calls, c.messages AS messages,
  c.talkSeconds AS talkSeconds, c.firstAt.epochMillis AS firstAt, c.lastAt.epochMillis AS lastAt, size(found) AS all
ORDER BY a, b
