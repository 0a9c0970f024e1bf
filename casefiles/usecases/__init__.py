"""What people do to a case, one verb a module; window and command line call the same ones."""
