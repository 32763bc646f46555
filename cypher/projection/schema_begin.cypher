// Note that a schema file is being applied.
// parameters: version, name, checksum
// columns: version
MERGE (m:Migration {version: $version})
SET m.name = $name, m.checksum = $checksum, m.done = false
RETURN m.version AS version
