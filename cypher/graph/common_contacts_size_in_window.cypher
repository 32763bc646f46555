// How many numbers are in contact with at least two of the given ones in a window, from single events.
// parameters: ids, most, aside, since, until
// columns: numbers
WITH datetime({epochMillis: $since}) AS since, datetime({epochMillis: $until}) AS until
UNWIND $ids AS id
MATCH (n:Number {numberId: id})
MATCH (n)-[e:CALLED|TEXTED]-(m)
WHERE e.at >= since AND e.at < until AND NOT m.numberId IN $aside
WITH DISTINCT m, since, until
UNWIND $ids + $most AS given
MATCH (g:Number {numberId: given})
MATCH (g)-[c:CALLED|TEXTED]-(m)
WHERE c.at >= since AND c.at < until
WITH m, count(DISTINCT given) AS knownTo
WHERE knownTo >= 2
RETURN count(m) AS numbers
