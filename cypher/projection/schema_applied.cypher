// Schema files that were applied, whole or in part.
// parameters:
// columns: version, name, checksum, done
MATCH (m:Migration)
RETURN m.version AS version, m.name AS name, m.checksum AS checksum, m.done AS done
ORDER BY version
