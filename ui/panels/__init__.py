"""What docks: views, models and controls put together; no behaviour of their own."""
