"""What is given before a session is placed: the frame that a programme has to fit into.

models     blocks and breaks, protected times, units' budgets, availability, bookable resources, levels of conflicts
days       days and hours that somebody typed, as moments (pure); forms: a block, times, a resource, as values
blocks     blocks and breaks, alone or as a series; availability: when people and rooms are there
resources  what is booked and in one place at a time
organizing the pages of blocks and breaks; organizing_needs: those of availability and resources
budgets    how many slots a unit may fill, and its last day; protected_times: when nothing of it may clash
"""
