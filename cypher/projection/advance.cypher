// Move on, if nobody else has: the property is set first, which takes the lock, and only then compared.
// parameters: revision, properties
// columns: revision
MATCH (s:Service {only: 0})
SET s.writer = $properties.writer
WITH s
WHERE s.revision = $revision
SET s += $properties,
  s.factsDueAt = CASE WHEN $properties.factsDueAt IS NULL THEN null ELSE datetime({epochMillis: $properties.factsDueAt}) END,
  s.asOf = CASE WHEN $properties.asOf IS NULL THEN null ELSE datetime({epochMillis: $properties.asOf}) END,
  s.eventsSince = datetime({epochMillis: $properties.eventsSince}),
  s.keptFrom = CASE WHEN $properties.keptFrom IS NULL THEN null ELSE datetime({epochMillis: $properties.keptFrom}) END
RETURN s.revision AS revision
