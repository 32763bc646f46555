// With how many others groups of numbers were in contact for the first time, day by day.
// parameters: groups, offset
// columns: group, day, others
UNWIND range(0, size($groups) - 1) AS group
WITH group, $groups[group] AS ids
UNWIND ids AS id
MATCH (n:Number {numberId: id})-[e:CALLED|TEXTED]-(m)
WHERE NOT m.numberId IN ids
WITH group, m, min(e.at).epochMillis AS firstAt
RETURN group, (firstAt + $offset) / 86400000 AS day, count(*) AS others
