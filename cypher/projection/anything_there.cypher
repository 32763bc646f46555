// One node that is more than the record of schema files, if there is one.
// parameters:
// columns: labels
MATCH (n)
WHERE NOT n:Migration
RETURN labels(n) AS labels
LIMIT 1
