// Which number originated how many events from which device.
// parameters:
// columns: number, device, events
MATCH (n:Number)-[u:USED_DEVICE]->(d)
RETURN n.numberId AS number, d.entityId AS device, u.events AS events
