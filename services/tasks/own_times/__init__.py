"""Own times: how long somebody in office usually takes for an errand, said beside its legal time."""
