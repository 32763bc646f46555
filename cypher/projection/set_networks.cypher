// Networks as found; a row is networkId, and properties of which a null takes away.
// parameters: rows
// columns:
UNWIND $rows AS row
MERGE (n:Network {networkId: row[0]})
SET n += row[1]
