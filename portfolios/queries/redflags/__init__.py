"""Red flags as pages show them, and the facts that raise them."""
