// The counting contacts among some numbers in a window, from single events.
// parameters: few, hubs, taken, minEvents, since, until, limit
// columns: a, b, events, calls, messages, talkSeconds, firstAt, lastAt, all
CALL () {
  WITH datetime({epochMillis: $since}) AS since, datetime({epochMillis: $until}) AS until
  UNWIND $few AS id
  MATCH (n:Number {numberId: id})
  MATCH (n)-[e:CALLED|TEXTED]-(m)
  WHERE e.at >= since AND e.at < until AND m.numberId IN $taken
  RETURN e
  UNION
  WITH datetime({epochMillis: $since}) AS since, datetime({epochMillis: $until}) AS until
  UNWIND $hubs AS one
  UNWIND $hubs AS other
  MATCH (n:Number {numberId: one})
  MATCH (m:Number {numberId: other})
  MATCH (n)-[e:CALLED|TEXTED]->(m)
  WHERE e.at >= since AND e.at < until
  RETURN e
}
WITH
  startNode(e).numberId AS a, endNode(e).numberId AS b, count(*) AS events,
  sum(CASE type(e) WHEN 'CALLED' THEN 1 ELSE 0 END) AS calls,
  sum(CASE WHEN e.answered = false THEN 0 ELSE coalesce(e.seconds, 0) END) AS talkSeconds,
  min(e.at).epochMillis AS firstAt, max(e.at).epochMillis AS lastAt
WHERE events >= $minEvents
WITH {a: a, b: b, events: events, calls: calls, talkSeconds: talkSeconds, firstAt: firstAt, lastAt: lastAt} AS c
ORDER BY c.events DESC, c.a, c.b
WITH collect(c) AS found
UNWIND found[..$limit] AS c
RETURN c.a AS a, c.b AS b, c.events AS events, c.calls AS calls, c.events - c.calls AS messages,
  c.talkSeconds AS talkSeconds, c.firstAt AS firstAt, c.lastAt AS lastAt, size(found) AS all
ORDER BY a, b
