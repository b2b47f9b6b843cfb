"""What came of the contacts: recovery, roll rates, pressure, and whether a challenger beats the champion."""
