"""Assimilation: every member brought to what the December surveys found, and what that took.

`survey` says what a survey found and where it looked, `update` moves a member, `history` runs
the years and keeps the innovations, `innovations` says how wide they are and how long
they last, `forecast` runs on from the present, `added` sums up what surveys added. Three views of
the past are never mixed up: free, assimilated, forecast.
"""

from globo.assimilation.forecast import forecast
from globo.assimilation.history import History, assimilated
from globo.assimilation.innovations import learnt
from globo.assimilation.survey import Survey, survey_of
from globo.assimilation.update import moved

__all__ = ["History", "Survey", "assimilated", "forecast", "learnt", "moved", "survey_of"]
