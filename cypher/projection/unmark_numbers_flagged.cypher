// Numbers on which no flag is in force any more.
// parameters: ids
// columns:
UNWIND $ids AS id
MATCH (n:Number {numberId: id})
REMOVE n:Flagged
