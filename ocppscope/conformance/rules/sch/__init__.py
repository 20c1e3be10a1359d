"""Rules about smart charging: profiles, their schedules, and whether limits are kept."""
