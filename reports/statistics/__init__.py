"""Published methods as plain functions over arrays: no rows, no clock, no texts."""
