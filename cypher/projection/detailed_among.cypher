// Which of these numbers have their events one by one.
// parameters: ids
// columns: numberId
UNWIND $ids AS id
MATCH (n:Number {numberId: id})
WHERE n:Detailed
RETURN n.numberId AS numberId
