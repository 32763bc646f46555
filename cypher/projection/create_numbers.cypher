// Numbers that the graph has not seen; a row is numberId, token, kind, masked.
// parameters: rows
// columns:
UNWIND $rows AS row
CREATE (:Number {numberId: row[0], token: row[1], kind: row[2], masked: row[3]})
