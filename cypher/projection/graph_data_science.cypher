// Version of Graph Data Science.
// parameters:
// columns: version
CALL gds.version() YIELD gdsVersion
RETURN gdsVersion AS version
