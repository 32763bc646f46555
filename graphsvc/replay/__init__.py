"""The virtual clock over the service, and how good its warnings were: replay, measures, baselines."""
