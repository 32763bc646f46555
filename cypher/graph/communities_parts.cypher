// The connected parts of communities: Leiden leaves one in two pieces now and then.
// parameters: inside, threads
// columns: number, community
CALL gds.wcc.stream($inside, {concurrency: $threads}) YIELD nodeId, componentId
RETURN gds.util.asNode(nodeId).numberId AS number, componentId AS community
