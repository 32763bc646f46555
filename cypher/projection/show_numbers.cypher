// Numbers whose events are being created one by one, and the contacts that these lie beneath.
// parameters: ids
// columns:
UNWIND $ids AS id
MATCH (n:Number {numberId: id})
SET n:Detailed
WITH n
MATCH (n)-[r:CONTACTED]-(:Number)
SET r.detailed = true
