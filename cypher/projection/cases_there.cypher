// Cases that the graph has, and who reported them; times as epoch milliseconds.
// parameters:
// columns: caseId, numberId, scamType, amount, lostAt, knownAt
MATCH (c:Case)
WHERE c.caseId >= ''
OPTIONAL MATCH (n:Number)-[:REPORTED]->(c)
RETURN c.caseId AS caseId, n.numberId AS numberId, c.scamType AS scamType, c.amount AS amount, c.lostAt.epochMillis AS lostAt, c.knownAt.epochMillis AS knownAt
