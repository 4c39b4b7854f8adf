"""Real server processes, ended with SIGKILL at any moment: what they acknowledged must be there afterwards."""
