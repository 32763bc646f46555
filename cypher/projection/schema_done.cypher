// Note that a schema file was applied whole.
// parameters: version, at
// columns: version
MATCH (m:Migration {version: $version})
SET m.done = true, m.appliedAt = datetime({epochMillis: $at})
RETURN m.version AS version
