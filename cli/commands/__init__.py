"""The commands, each in the module that is imported when it is used."""
