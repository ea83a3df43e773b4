"""What `tools/test faults` is made of: steady traffic, what goes wrong meanwhile, a ledger on both ends."""
