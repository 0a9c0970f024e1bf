"""Things found by name: errors, packaged files, folders, plug-ins; imports no other folder."""
