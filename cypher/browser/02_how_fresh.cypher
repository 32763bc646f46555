// How fresh is this graph?
// parameters:
// columns: analysis, asOf, eventsLoadedTo, eventsShownSince
MATCH (service:Service {only: 0})
RETURN
  service.analysisId AS analysis,
  service.asOf AS asOf,
  service.loadedTo AS eventsLoadedTo,
  service.eventsSince AS eventsShownSince
ORDER BY asOf
LIMIT 1
