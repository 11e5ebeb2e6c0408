"""Placeholder of the house; filled in the first days."""
