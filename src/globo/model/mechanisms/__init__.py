"""The mechanisms of the month: one file each, pure functions, none imports another."""
