// Numbers whose events go, but those with others that keep theirs.
// parameters: ids
// columns:
UNWIND $ids AS id
MATCH (n:Number {numberId: id})
REMOVE n:Detailed
WITH collect(n) AS gone
UNWIND gone AS n
MATCH (n)-[r:CALLED|TEXTED|CONTACTED]-(other:Number)
WHERE NOT other:Detailed AND (r.detailed OR NOT r:CONTACTED)
WITH DISTINCT r
FOREACH (_ IN CASE WHEN r:CONTACTED THEN [1] ELSE [] END | REMOVE r.detailed)
FOREACH (_ IN CASE WHEN r:CONTACTED THEN [] ELSE [1] END | DELETE r)
