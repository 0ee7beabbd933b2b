"""What happens now: open sockets and news between processes."""
