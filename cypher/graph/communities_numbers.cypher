// Numbers that took part in an event, if only with themselves.
// parameters:
// columns: number
MATCH (a:Number)
WHERE a.selfEvents > 0 OR EXISTS { (a)-[:CONTACTED]-() }
RETURN a.numberId AS number
ORDER BY number
