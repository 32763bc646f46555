// How suspect entities are.
CREATE INDEX entity_suspicion IF NOT EXISTS FOR (e:Entity) ON (e.fraudProbability);
