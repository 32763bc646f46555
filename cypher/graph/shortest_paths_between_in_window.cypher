// Which of some numbers are in contact with which of some others in a window, from single events.
// parameters: frontier, wanted, since, until
// columns: near, far
WITH datetime({epochMillis: $since}) AS since, datetime({epochMillis: $until}) AS until
UNWIND $frontier AS id
MATCH (n:Number {numberId: id})
MATCH (n)-[e:CALLED|TEXTED]-(m)
WHERE e.at >= since AND e.at < until AND m.numberId IN $wanted
RETURN DISTINCT id AS near, m.numberId AS far
