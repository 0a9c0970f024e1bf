"""The desktop put together: what each command of the window does, and who hears whom."""
