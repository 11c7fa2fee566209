"""People and seats, the chained log, jobs, outbox, calendar, workbook primitives."""
