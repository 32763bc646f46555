// All numbers that have their events one by one.
// parameters:
// columns: numberId
MATCH (n:Detailed)
RETURN n.numberId AS numberId
