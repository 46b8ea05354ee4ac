"""What is given before a session is placed: the frame that a programme has to fit into.

models     blocks and breaks, protected times, units' budgets, availability, bookable resources, levels of conflicts
"""
