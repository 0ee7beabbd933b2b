"""Load: the server as its own process, driven over real WebSockets from this one."""
