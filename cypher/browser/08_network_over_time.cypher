// One network, day by day
// parameters: reference, limit
// columns: day, active, calls, messages, reached, minutes
MATCH (:Network {reference: $reference})<-[:MEMBER_OF]-(member:Number)-[event:CALLED|TEXTED]->(other:Number)
RETURN
  date(event.at) AS day,
  count(DISTINCT member) AS active,
  count(CASE type(event) WHEN 'CALLED' THEN 1 END) AS calls,
  count(CASE type(event) WHEN 'TEXTED' THEN 1 END) AS messages,
  count(DISTINCT other) AS reached,
  sum(coalesce(event.seconds, 0)) / 60 AS minutes
ORDER BY day DESC
LIMIT $limit
