// Numbers on which a flag is in force.
// parameters: ids
// columns:
UNWIND $ids AS id
MATCH (n:Number {numberId: id})
SET n:Flagged
