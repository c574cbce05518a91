"""Flow matching: straight lines from noise to data, and a network that learns their mean."""
