"""The draft of a review after an incident: what happened, for people to find out why."""
