"""Where facts and results rest: ledger, catalogue, registry, vault, audit."""
