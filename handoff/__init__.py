"""From bot to person: signals, the decision, the queue, agents and presence."""
