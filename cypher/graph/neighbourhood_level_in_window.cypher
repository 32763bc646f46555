// The next level of a neighbourhood in a window, from single events.
// parameters: frontier, taken, minEvents, since, until, limit
// columns: number, events, contacts
WITH datetime({epochMillis: $since}) AS since, datetime({epochMillis: $until}) AS until
UNWIND $frontier AS id
MATCH (n:Number {numberId: id})
MATCH (n)-[e:CALLED|TEXTED]-(m)
WHERE e.at >= since AND e.at < until AND NOT m.numberId IN $taken
WITH n, m, startNode(e) = n AS sent, count(*) AS events
WHERE events >= $minEvents
WITH m, sum(events) AS events
ORDER BY events DESC, m.numberId
LIMIT $limit
RETURN m.numberId AS number, events, COUNT { (m)-[:CONTACTED]->() } + COUNT { (m)<-[:CONTACTED]-() } AS contacts
ORDER BY events DESC, number
