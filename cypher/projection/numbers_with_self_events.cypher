// Numbers that had events with themselves, and how many.
// parameters: first
// columns: a, events
MATCH (n:Number)
WHERE n.numberId >= $first AND n.selfEvents IS NOT NULL
RETURN n.numberId AS a, n.selfEvents AS events
