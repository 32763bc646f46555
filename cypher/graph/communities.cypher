// Leiden on a projection, whose nodes get their community; one thread, so that the same order gives the same answer.
// parameters: projection, resolution, threads
// columns: modularity
CALL gds.leiden.mutate($projection, {
  mutateProperty: 'community', relationshipWeightProperty: 'weight', randomSeed: 0, gamma: $resolution,
  concurrency: $threads
}) YIELD modularity
RETURN modularity
