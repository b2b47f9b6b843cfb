"""The contracts between the engine and the outside: what an adapter must do, in prose and in types."""
