// Entities that the graph has not seen; a row is entityId, token, label.
// parameters: rows
// columns:
UNWIND $rows AS row
CREATE (:Entity:$(row[2]) {entityId: row[0], token: row[1]})
