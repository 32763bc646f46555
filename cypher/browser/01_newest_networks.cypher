// Newest networks and who works in them
// parameters:
// columns: network, membership, member
MATCH (network:Network)
WITH network
ORDER BY network.firstSeen DESC
LIMIT 3
CALL (network) {
  MATCH (member:Number)-[membership:MEMBER_OF]->(network)
  RETURN membership, member
  ORDER BY membership.score DESC
  LIMIT 25
}
RETURN network, membership, member
ORDER BY network.firstSeen DESC, membership.score DESC
LIMIT 75
