// How far the graph is; times as epoch milliseconds.
// parameters:
// columns: service
MATCH (s:Service {only: 0})
RETURN s {
  .*,
  factsDueAt: s.factsDueAt.epochMillis,
  asOf: s.asOf.epochMillis,
  eventsSince: s.eventsSince.epochMillis,
  keptFrom: s.keptFrom.epochMillis
} AS service
