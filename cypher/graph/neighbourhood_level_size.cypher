// How many numbers the next level of a neighbourhood has.
// parameters: frontier, taken, minEvents
// columns: numbers
UNWIND $frontier AS id
MATCH (n:Number {numberId: id})-[c:CONTACTED]-(m)
WHERE c.events >= $minEvents AND NOT m.numberId IN $taken
RETURN count(DISTINCT m) AS numbers
