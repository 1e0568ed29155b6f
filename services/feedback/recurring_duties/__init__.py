"""Recurring duties as `tasks` tells of them: which were done, missed or left out, as grounds of a judgement."""
