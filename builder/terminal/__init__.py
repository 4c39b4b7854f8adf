"""The interview in a terminal: typed lines in, words out. It talks to a server through `builder_client`."""
