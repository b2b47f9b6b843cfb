"""The rules of contact as data, and the gate that every contact passes."""
