"""Extensions: more time for a case, asked for in time and decided by those above, with a cap of the rule pack."""
