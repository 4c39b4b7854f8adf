"""The second proof of the exporters: the platforms' own libraries, in their own environments, load the files."""
