"""The types and fields of the schema, a module a subject. Nothing here decides who may see what."""
