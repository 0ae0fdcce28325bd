"""Words of the page and the report, one JSON file a language."""
