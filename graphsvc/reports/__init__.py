"""What the service answers: results, registry and snapshot put together as people may see them. Decides nothing."""
