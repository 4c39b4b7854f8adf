"""What is done beside the server, in a terminal: a module for each command, loaded only by that command."""
