// Every single event between suspects and whoever is neither suspect nor public.
// parameters: suspects, public
// columns: suspect, person, back, at, seq, call, seconds, answered
UNWIND $suspects AS suspect
MATCH (s:Number {numberId: suspect})
MATCH (s)-[e:CALLED|TEXTED]-(p)
WHERE NOT p.numberId IN $suspects AND NOT p.numberId IN $public
RETURN suspect, p.numberId AS person, endNode(e) = s AS back, e.at.epochMillis AS at, e.seq AS seq,
  type(e) = 'CALLED' AS call, coalesce(e.seconds, 0) AS seconds,
  CASE e.answered WHEN true THEN 1 WHEN false THEN 0 ELSE -1 END AS answered
