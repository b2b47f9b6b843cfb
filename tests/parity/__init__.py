"""The same run under SimPy and under asyncio on virtual time."""
