// The Leiden community of every number of a projection; the same seed and one thread give the same communities.
// parameters: projection, seed, resolution, threads
// columns: number, community
CALL gds.leiden.stream($projection, {
  relationshipWeightProperty: 'weight', randomSeed: $seed, gamma: $resolution, concurrency: $threads
}) YIELD nodeId, communityId
RETURN gds.util.asNode(nodeId).numberId AS number, communityId AS community
