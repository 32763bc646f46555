// Shortest path in time from a flagged number to this person
// parameters: token, days, limit
// columns: path, hops, began, arrived
MATCH (service:Service {only: 0})
WITH service.asOf - duration({days: $days}) AS since
MATCH path = (flagged:Flagged)((:Number)-[event:CALLED|TEXTED WHERE event.at >= since]->(:Number)){1,3}(:Number {token: $token})
WHERE all(
  i IN range(0, size(event) - 2)
  WHERE event[i].at + duration({seconds: coalesce(event[i].seconds, 0)}) <= event[i + 1].at
)
RETURN path, length(path) AS hops, event[0].at AS began, event[-1].at AS arrived
ORDER BY hops, arrived
LIMIT $limit
