// The next level of a neighbourhood: numbers not taken yet, those with most events in counting contacts first.
// parameters: frontier, taken, minEvents, limit
// columns: number, events, contacts
UNWIND $frontier AS id
MATCH (n:Number {numberId: id})-[c:CONTACTED]-(m)
WHERE c.events >= $minEvents AND NOT m.numberId IN $taken
WITH m, sum(c.events) AS events
ORDER BY events DESC, m.numberId
LIMIT $limit
RETURN m.numberId AS number, events, COUNT { (m)-[:CONTACTED]->() } + COUNT { (m)<-[:CONTACTED]-() } AS contacts
ORDER BY events DESC, number
