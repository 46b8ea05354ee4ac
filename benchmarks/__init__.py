"""What is measured, and the table it prints: `make bench`.

house      a PostgreSQL, a Redis and the web processes of one run, on the demo association at full size
load       clients that ask as fast as they are answered
processes  CPU seconds and memory of the processes, read from the operating system
rows       one measured line: what, how, the ceiling of the same run, ours, the ratio, the goal
feeds_and_pages, orders   the rows themselves
"""
