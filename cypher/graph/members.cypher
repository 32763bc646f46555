// The members of a network: numbers, then entities, by id.
// parameters: network
// columns: number, entity, labels, role, score
MATCH (w:Network {networkId: $network})<-[m:MEMBER_OF]-(x)
RETURN x.numberId AS number, x.entityId AS entity, labels(x) AS labels, m.role AS role, m.score AS score
ORDER BY number IS NULL, number, entity
