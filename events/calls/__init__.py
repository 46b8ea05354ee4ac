"""Calls for proposals: from what an event asks to what a committee decided, and what presenters still owe.

models     calls with their questions, proposals, reviews, decisions, presenters' tasks
"""
