"""What may be done: issues, rules, the docket, the calendar, and the state of a talk."""
