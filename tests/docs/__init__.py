"""Guides are true: what they show is run, and what they list is compared with the code."""
