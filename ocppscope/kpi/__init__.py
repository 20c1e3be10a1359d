"""Response-time statistics: what they are made of and how they are kept in bounded memory."""
