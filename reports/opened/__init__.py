"""Open data of the hall: sets of rows for everybody, released under a number and never changed."""
