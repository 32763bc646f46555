// How many numbers are in contact with at least two of the given ones.
// parameters: ids, most, aside
// columns: numbers
UNWIND $ids AS id
MATCH (:Number {numberId: id})-[:CONTACTED]-(m)
WHERE NOT m.numberId IN $aside
WITH DISTINCT m
UNWIND $ids + $most AS given
MATCH (g:Number {numberId: given})
MATCH (g)-[c:CONTACTED]-(m)
WITH m, count(DISTINCT given) AS knownTo
WHERE knownTo >= 2
RETURN count(m) AS numbers
