"""Whatever places calls: a folder for each telephone system, and beside them what several of them share."""
