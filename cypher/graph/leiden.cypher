// The Leiden community of every node of a projection; one thread, so that the same order gives the same answer.
// parameters: projection, resolution, threads
// columns: node, community
CALL gds.leiden.stream($projection, {
  relationshipWeightProperty: 'weight', randomSeed: 0, gamma: $resolution, tolerance: 0.00001, concurrency: $threads
}) YIELD nodeId, communityId
RETURN nodeId AS node, communityId AS community
