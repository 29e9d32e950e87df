"""One pure module a family of fields: text in, found values out."""
