// Numbers that share a device with this one
// parameters: token, limit
// columns: number, use, device, otherUse, other
MATCH (number:Number {token: $token})-[use:USED_DEVICE|HAS_DEVICE]->(device:Device)
MATCH (device)<-[otherUse:USED_DEVICE|HAS_DEVICE]-(other:Number)
WHERE other <> number
RETURN number, use, device, otherUse, other
ORDER BY coalesce(otherUse.lastAt, otherUse.validFrom, datetime({epochMillis: 0})) DESC, other.numberId
LIMIT $limit
