// The Leiden community of every node of the graph of evidence, for several seeds.
// parameters: projection, seeds, resolution, threads
// columns: seed, node, community
UNWIND $seeds AS seed
CALL gds.leiden.stream($projection, {
  relationshipWeightProperty: 'weight', randomSeed: seed, gamma: $resolution, concurrency: $threads
}) YIELD nodeId, communityId
RETURN seed, nodeId AS node, communityId AS community
