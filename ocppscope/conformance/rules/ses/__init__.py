"""SES: boot, heartbeat, clock, trigger, reset."""
