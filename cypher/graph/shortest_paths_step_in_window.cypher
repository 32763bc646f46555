// Numbers in contact with any of these in a window, from single events.
// parameters: frontier, since, until
// columns: numbers
WITH datetime({epochMillis: $since}) AS since, datetime({epochMillis: $until}) AS until
UNWIND $frontier AS id
MATCH (n:Number {numberId: id})
MATCH (n)-[e:CALLED|TEXTED]-(m)
WHERE e.at >= since AND e.at < until
RETURN collect(DISTINCT m.numberId) AS numbers
