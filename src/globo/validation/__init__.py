"""Validation: what others measured, asked of the model as a virtual study."""
