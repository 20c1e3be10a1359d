"""TXN: charging transactions and their meters."""
