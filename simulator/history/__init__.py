"""Reading histories, and what can be learned from one."""
