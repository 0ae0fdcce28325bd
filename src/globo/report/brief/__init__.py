"""Brief: one page of A4 about a scenario against its baseline, as PDF.

`says` is what stands on it, `paper` how a column of text is set, `sheet` the page.
"""
