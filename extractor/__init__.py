"""Any job posting as one typed record, each value traced to the words it came from."""

__version__ = "0.1.0"
