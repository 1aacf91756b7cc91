"""Tables of solved states: talks alone, in pairs and threes, before a deal and with clauses."""
