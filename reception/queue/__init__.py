"""The queue: who gets which number (`issuing`), who is called next (`calling`), who stands where
(`order`).

Numbers and calls are single SQL statements, so that no two kiosks share a number and no two desks
a visitor, whatever the number of processes. All desks of an agency draw from one line. These two
are the busiest calls of the house: each asks the database as little as it can.
"""
