"""PIC: what a product does, held against what it was certified for."""
