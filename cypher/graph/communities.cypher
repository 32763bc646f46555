// Leiden on a projection, whose nodes get their community; one thread, so that the same order gives the same answer.
// parameters: projection, threads
// columns: modularity
CALL gds.leiden.mutate($projection, {
  mutateProperty: 'community', relationshipWeightProperty: 'weight', randomSeed: 0, concurrency: $threads
}) YIELD modularity
RETURN modularity
