// What the graph holds: of which data folder, which analysis, which events one by one, and from when on.
// parameters:
// columns: registry, analysisId, scope, since, keptFrom
MATCH (s:Service {only: 0})
RETURN s.registry AS registry, s.analysisId AS analysisId, s.eventsScope AS scope, s.eventsSince.epochMillis AS since,
  coalesce(s.keptFrom.epochMillis, 0) AS keptFrom
