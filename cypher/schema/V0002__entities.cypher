// Keys of devices, holders, accounts, social accounts and URLs.
CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (e:Entity) REQUIRE e.entityId IS UNIQUE;
CREATE CONSTRAINT entity_token IF NOT EXISTS FOR (e:Entity) REQUIRE e.token IS UNIQUE;
