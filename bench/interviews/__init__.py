"""Scripted people talk to the interviewer over HTTP and judge what they get; see bench/people/README.md."""
