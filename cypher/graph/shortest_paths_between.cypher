// Which of some numbers are in contact with which of some others.
// parameters: frontier, wanted
// columns: near, far
UNWIND $frontier AS id
MATCH (n:Number {numberId: id})-[:CONTACTED]-(m)
WHERE m.numberId IN $wanted
RETURN DISTINCT id AS near, m.numberId AS far
