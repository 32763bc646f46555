// The Leiden community of every node of the graph of evidence.
// parameters: projection, seed, resolution, threads
// columns: node, community
CALL gds.leiden.stream($projection, {
  relationshipWeightProperty: 'weight', randomSeed: $seed, gamma: $resolution, concurrency: $threads
}) YIELD nodeId, communityId
RETURN nodeId AS node, communityId AS community
