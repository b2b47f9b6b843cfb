"""Every contact of a log judged again, by columns and apart from whatever counted while it was made."""
