// How many numbers the next level of a neighbourhood in a window has.
// parameters: frontier, taken, minEvents, since, until
// columns: numbers
WITH datetime({epochMillis: $since}) AS since, datetime({epochMillis: $until}) AS until
UNWIND $frontier AS id
MATCH (n:Number {numberId: id})
MATCH (n)-[e:CALLED|TEXTED]-(m)
WHERE e.at >= since AND e.at < until AND NOT m.numberId IN $taken
WITH n, m, startNode(e) = n AS sent, count(*) AS events
WHERE events >= $minEvents
RETURN count(DISTINCT m) AS numbers
