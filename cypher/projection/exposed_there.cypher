// Who is exposed to which network.
// parameters:
// columns: numberId, networkId
MATCH (n:Network)
WHERE n.networkId >= 0
MATCH (p:Number)-[:EXPOSED_TO]->(n)
RETURN p.numberId AS numberId, n.networkId AS networkId
