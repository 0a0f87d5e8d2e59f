"""The commands, declared: one a file, with its options and its help, and nothing of what it does.

`--help` and bad usage must cost no more than click does. So a module in here imports click, the declarations of options
and constants; the work is in the module of the same name in `crossgate.cli`, imported when the command is called.
"""
