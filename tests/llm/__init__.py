"""The room of language models, asked through the real client libraries against servers on loopback."""
