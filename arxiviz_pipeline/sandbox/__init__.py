"""Shuts processes off that handle what nobody has read.

`confinement` is the way in: a `policy` says what a process may see, write and use, and
`confined` gives it that and nothing else, in layers. `namespaces` gives it an identity, a
network and processes of its own, `file_tree` a root that holds only what it may see,
`file_rights` (Landlock) and `system_calls` (seccomp) keep it to both once more, and
`privileges` takes what is left. `layers` tells which of them this machine has; `kernel` are
the calls that Python has no names for. `confined_program` puts all of it before a command.
"""
