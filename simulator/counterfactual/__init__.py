"""What if the floor had dialled otherwise: recorded outcomes where they fit, modelled ones elsewhere."""
