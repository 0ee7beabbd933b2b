"""What can be seen from outside: metrics, traces, logs. Nothing here holds what anybody wrote."""
