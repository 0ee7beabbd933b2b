"""One module per place that incidents come from: the module's name is the setting's value."""
