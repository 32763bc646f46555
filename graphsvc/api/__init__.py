"""The GraphQL service: HTTP in, answers out. Knows who asks, what they may see, and how much they may ask.

Everything below this room is synchronous; one step to a thread (`endpoint.py`) runs a whole operation there.
"""
