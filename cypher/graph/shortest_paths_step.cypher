// Numbers in contact with any of these.
// parameters: frontier
// columns: numbers
UNWIND $frontier AS id
MATCH (n:Number {numberId: id})-[:CONTACTED]-(m)
RETURN collect(DISTINCT m.numberId) AS numbers
