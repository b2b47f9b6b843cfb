"""What a journal or a history knows of one call, one account or one agent, in order."""
