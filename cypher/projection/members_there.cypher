// Memberships that the graph has.
// parameters:
// columns: networkId, numberId, entityId, role, score
MATCH (n:Network)
WHERE n.networkId >= 0
MATCH (m)-[r:MEMBER_OF]->(n)
RETURN n.networkId AS networkId, m.numberId AS numberId, m.entityId AS entityId, r.role AS role, r.score AS score
