"""What tools/bench is made of: one machine, four proxies, a load, and the figures."""
