"""Interviewers: each turns what a person says into a reply and small operations on the draft."""
