"""The ground of the house: agencies, staff, the law's clock, the appeal and its journal."""
