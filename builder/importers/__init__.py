"""Files of other platforms, and our own, read as configurations."""
