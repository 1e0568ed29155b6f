"""WeChat: signing in by the mini-program, and binding that account to a person by their telephone number."""
