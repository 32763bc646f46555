"""What a warned person reads or hears: warning facts in, text out, and the rules that every text keeps. Pure."""
