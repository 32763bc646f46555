// Events of a community's members among themselves and with others, and who has most of the former.
// parameters: members, limit
// columns: insideTwice, outside, busiest
UNWIND $members AS id
MATCH (n:Number {numberId: id})
OPTIONAL MATCH (n)-[c:CONTACTED]-(m)
WITH n,
  sum(CASE WHEN m.numberId IN $members THEN c.events ELSE 0 END) AS inside,
  sum(CASE WHEN c IS NULL OR m.numberId IN $members THEN 0 ELSE c.events END) AS outside
ORDER BY inside DESC, n.numberId
WITH sum(inside) AS insideTwice, sum(outside) AS outside, collect(n.numberId) AS all
RETURN insideTwice, outside, all[..$limit] AS busiest
