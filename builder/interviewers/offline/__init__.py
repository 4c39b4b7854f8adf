"""The offline interviewer's parts: reading what a person says, asking what is open, writing the configuration."""
