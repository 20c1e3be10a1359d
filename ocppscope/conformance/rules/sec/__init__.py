"""Rules about security: profiles, certificates, security events, authentication."""
