// Numbers that the analysis shown speaks of.
// parameters:
// columns: numberId
MATCH (n:Candidate|Hub|Exposed)
RETURN n.numberId AS numberId
