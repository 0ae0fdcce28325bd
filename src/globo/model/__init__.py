"""Model: all that makes a number, from parameters and places to the month and its record."""
