// Indexes that are not in use: being filled, or failed; with what drops one and makes it anew.
// parameters:
// columns: name, state, percent, drop, make
SHOW INDEXES YIELD name, state, populationPercent, owningConstraint, createStatement
WHERE state <> 'ONLINE'
RETURN name, state, populationPercent AS percent,
  CASE WHEN owningConstraint IS NULL THEN 'DROP INDEX `' + name + '`' ELSE 'DROP CONSTRAINT `' + owningConstraint + '`' END AS drop,
  createStatement AS make
ORDER BY name
