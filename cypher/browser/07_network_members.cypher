// One network: its members, their roles and what they share
// parameters: reference, limit
// columns: network, membership, member, use, shared
MATCH (network:Network {reference: $reference})<-[membership:MEMBER_OF]-(member:Number)
OPTIONAL MATCH (member)-[use:USED_DEVICE|HAS_DEVICE|HELD_BY|USES_ACCOUNT|USES_SOCIAL_ACCOUNT|USES_URL]->(shared:Entity)
WHERE (shared)-[:MEMBER_OF]->(network)
RETURN network, membership, member, use, shared
ORDER BY membership.score DESC
LIMIT $limit
