"""What is measured, and the table it prints: `make bench`, `make bench-growth`.

house        PostgreSQL, Redis, web, worker, sandbox and mail sink of one run, on the demo association
app          the web process, with a fixed answer in it: the ceiling
sink         an SMTP server that counts
load         clients that ask as fast as they are answered
journeys     people who go from page to page, many at once
processes    CPU and memory, read from the operating system
scene        what every group of rows measures with
made         programmes and registrations of any size, by SQL; made_problems: programmes for the machine to place
feeds pages orders statements sign_in programme editor invitations footprint solver   the rows
growth       the same at growing sizes
rows         one measured line: what, how, the ceiling of the same run, ours, the ratio, the goal
machine plots papers   what it was measured on, how it is drawn, and where it is written
"""
