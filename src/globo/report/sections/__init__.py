"""Sections: one file a chapter of the report, each a function from a case to a section."""
