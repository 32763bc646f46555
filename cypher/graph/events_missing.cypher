// Whether a contact of these numbers overlaps a window without being there event by event.
// parameters: ids, since, until, detailedSince
// columns: number
WITH datetime({epochMillis: $since}) AS since, datetime({epochMillis: $until}) AS until,
  datetime({epochMillis: $detailedSince}) AS detailedSince
UNWIND $ids AS id
MATCH (n:Number {numberId: id})-[c:CONTACTED]-()
WHERE c.firstAt < until AND c.lastAt >= since
  AND NOT (coalesce(c.detailed, false) AND (c.firstAt >= detailedSince OR since >= detailedSince))
RETURN n.numberId AS number
LIMIT 1
