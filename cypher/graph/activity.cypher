// What groups of numbers did with others, day by day.
// parameters: groups, offset
// columns: group, day, active, events, calls, talkSeconds, others
UNWIND range(0, size($groups) - 1) AS group
WITH group, $groups[group] AS ids
UNWIND ids AS id
MATCH (n:Number {numberId: id})-[e:CALLED|TEXTED]-(m)
WHERE NOT m.numberId IN ids
RETURN group, (e.at.epochMillis + $offset) / 86400000 AS day, count(DISTINCT n) AS active, count(*) AS events,
  sum(CASE type(e) WHEN 'CALLED' THEN 1 ELSE 0 END) AS calls,
  sum(CASE WHEN e.answered = false THEN 0 ELSE coalesce(e.seconds, 0) END) AS talkSeconds,
  count(DISTINCT m) AS others
ORDER BY group, day
