"""Pages of cases: lists and single cases for staff, following a case for residents."""
