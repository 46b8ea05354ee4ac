"""Calls for proposals: from what an event asks to what a committee decided, and what presenters still owe.

calls      an event's calls: read, made, changed; questions: what each asks; answers: which count, and what is wrong
states     of a proposal, and the call's window with its grace
proposals  begun, saved, handed in, withdrawn; proposal_checks: what keeps one from being handed in
presenters invited by mail, accept or decline; letters: the mails
pages      for everybody and for writers; organizing: for organizers; call_forms, proposal_forms: text into values
models     calls with their questions, proposals, reviews, decisions, presenters' tasks
"""
