"""Running Outrigger's programs against one another: what tools/demo is made of."""
