"""Evidence about one account: what happened, sealed so that somebody else can check it elsewhere."""
