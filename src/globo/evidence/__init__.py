"""Evidence: how far the model can be trusted, by scores against rivals and checked claims."""
