"""What docs/build.py writes the reference from."""
