// Version and edition of the server.
// parameters:
// columns: name, versions, edition
CALL dbms.components() YIELD name, versions, edition
RETURN name, versions, edition
