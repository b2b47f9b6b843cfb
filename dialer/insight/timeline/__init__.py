"""What a journal knows of one call, one account or one agent, in order."""
