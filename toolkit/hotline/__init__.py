"""The hotline: arrivals of calls, queues by formula and by simulation, seats, shifts and their cost."""
