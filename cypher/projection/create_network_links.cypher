// What links networks; a row is lower, higher, through, strength.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Network {networkId: row[0]})
MATCH (b:Network {networkId: row[1]})
CREATE (a)-[:LINKED_TO {through: row[2], strength: row[3]}]->(b)
