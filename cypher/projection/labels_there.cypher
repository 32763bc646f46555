// Labels that are in use.
// parameters:
// columns: label
CALL db.labels() YIELD label
RETURN label
