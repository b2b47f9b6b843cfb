"""Services that say what people mean."""
