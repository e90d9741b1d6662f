"""What `run.py` becomes once its packages are installed: the process that starts, watches and stops all others."""
