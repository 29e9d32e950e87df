"""What people use today for the same task, side by side: `python -m benchmarks.peers`."""
