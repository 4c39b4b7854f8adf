"""Writing the configuration: from the brief to texts that a professional would keep, in the person's own words."""
