"""The use cases over a real store, led by the scripted interviewer."""
