"""Exporters: a configuration as the files of another platform. One module a target, found by discovery."""
