"""The commands, one module for each group; imported only when used, so that help is quick."""
