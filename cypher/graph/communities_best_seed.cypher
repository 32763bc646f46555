// The seed of the best Leiden partition by modularity; of equals the smallest.
// parameters: projection, seeds, resolution, threads
// columns: seed, modularity
UNWIND $seeds AS seed
CALL gds.leiden.stats($projection, {
  relationshipWeightProperty: 'weight', randomSeed: seed, gamma: $resolution, concurrency: $threads
}) YIELD modularity
RETURN seed, modularity
ORDER BY modularity DESC, seed
LIMIT 1
