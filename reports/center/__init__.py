"""The Situation Center: the city's indicators from many source systems, with their history."""
