"""对结果的申诉: a unit or a person against a report, a grade or a veto; decided by two who had no part in it."""
