// Keys of networks, flags and cases; what rankings and regions start from.
CREATE CONSTRAINT network_id IF NOT EXISTS FOR (n:Network) REQUIRE n.networkId IS UNIQUE;
CREATE CONSTRAINT network_reference IF NOT EXISTS FOR (n:Network) REQUIRE n.reference IS UNIQUE;
CREATE CONSTRAINT flag_id IF NOT EXISTS FOR (f:Flag) REQUIRE f.flagId IS UNIQUE;
CREATE CONSTRAINT case_id IF NOT EXISTS FOR (c:Case) REQUIRE c.caseId IS UNIQUE;
CREATE INDEX exposed_rank IF NOT EXISTS FOR (n:Exposed) ON (n.rank);
CREATE INDEX exposed_grade IF NOT EXISTS FOR (n:Exposed) ON (n.grade);
CREATE INDEX candidate_suspicion IF NOT EXISTS FOR (n:Candidate) ON (n.fraudProbability);
CREATE INDEX number_region IF NOT EXISTS FOR (n:Number) ON (n.region);
CREATE INDEX flag_known IF NOT EXISTS FOR (f:Flag) ON (f.knownAt);
