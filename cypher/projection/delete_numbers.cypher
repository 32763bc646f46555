// Numbers that nobody names any more.
// parameters: ids
// columns:
UNWIND $ids AS id
MATCH (n:Number {numberId: id})
DETACH DELETE n
