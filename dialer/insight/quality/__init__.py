"""What was said: violations found in transcripts or reported by others, counted by kind, agent and team."""
