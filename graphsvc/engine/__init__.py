"""How suspect each number is, which networks they form, and who is exposed to them."""
