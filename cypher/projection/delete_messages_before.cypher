// Some of the messages from before a time.
// parameters: before, limit
// columns: deleted
MATCH ()-[r:TEXTED]->()
WHERE r.at < datetime({epochMillis: $before})
WITH r
LIMIT $limit
DELETE r
RETURN count(*) AS deleted
