"""Model servers: the door to them, the port to chat models, what they may cost."""
