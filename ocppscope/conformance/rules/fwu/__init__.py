"""Rules about firmware updates, diagnostics and logs."""
