"""A real small language model leads whole interviews in our product, whatever it answers."""
