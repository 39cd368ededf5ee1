"""The studies that the command line runs; each returns numbers and tables."""
