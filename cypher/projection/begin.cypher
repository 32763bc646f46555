// The node that says how far the graph is, in a database that has none.
// parameters: properties
// columns: revision
CREATE (s:Service {only: 0})
SET s += $properties,
  s.factsDueAt = CASE WHEN $properties.factsDueAt IS NULL THEN null ELSE datetime({epochMillis: $properties.factsDueAt}) END,
  s.asOf = CASE WHEN $properties.asOf IS NULL THEN null ELSE datetime({epochMillis: $properties.asOf}) END,
  s.eventsSince = datetime({epochMillis: $properties.eventsSince}),
  s.keptFrom = CASE WHEN $properties.keptFrom IS NULL THEN null ELSE datetime({epochMillis: $properties.keptFrom}) END
RETURN s.revision AS revision
