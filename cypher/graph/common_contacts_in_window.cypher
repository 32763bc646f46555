// Numbers in contact with at least two of the given ones in a window, from single events: known to most first, then by events.
// parameters: ids, most, aside, since, until, limit
// columns: number, knownTo, events, firstAt, lastAt
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
WITH m, count(DISTINCT given) AS knownTo, count(*) AS events, min(c.at) AS firstAt, max(c.at) AS lastAt
WHERE knownTo >= 2
WITH m, knownTo, events, firstAt, lastAt
ORDER BY knownTo DESC, events DESC, m.numberId
LIMIT $limit
RETURN m.numberId AS number, knownTo, events, firstAt.epochMillis AS firstAt, lastAt.epochMillis AS lastAt
ORDER BY knownTo DESC, events DESC, number
