// What the graph holds: of which data folder, which analysis, and which events are there one by one.
// parameters:
// columns: registry, analysisId, scope, since
MATCH (s:Service {only: 0})
RETURN s.registry AS registry, s.analysisId AS analysisId, s.eventsScope AS scope, s.eventsSince.epochMillis AS since
