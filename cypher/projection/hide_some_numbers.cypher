// Some of the numbers that are marked as having their events one by one.
// parameters: limit
// columns: hidden
MATCH (n:Detailed)
WITH n
LIMIT $limit
REMOVE n:Detailed
RETURN count(*) AS hidden
