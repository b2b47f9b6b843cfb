"""The live driver: the only place in `dialer` that knows asyncio and reads a clock."""
