"""Refuses system calls that no script needs, and that the kernel's faults are reached by."""

import errno
import os
import socket

try:  # before a process has no files any more
    import pyseccomp as seccomp
except (ImportError, RuntimeError, OSError):  # it loads libseccomp, which only Linux has
    seccomp = None

_SPACES = 0x7E020080  # every CLONE_NEW… of linux/sched.h
_CLONE_THREAD = 0x00010000
_REFUSED = (
    # other processes
    *("ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "process_madvise"),
    # namespaces, mounts and roots
    *("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "mount_setattr"),
    *("open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick"),
    *("name_to_handle_at", "open_by_handle_at", "quotactl", "quotactl_fd"),
    # the kernel itself
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter"),
    *("io_uring_register", "keyctl", "add_key", "request_key", "kexec_load", "kexec_file_load"),
    *("listmount", "statmount", "lsm_set_self_attr", "uselib", "pidfd_open", "map_shadow_stack"),
    *("init_module", "finit_module", "delete_module", "reboot", "swapon", "swapoff", "acct"),
    *("syslog", "fanotify_init", "lookup_dcookie", "nfsservctl", "vhangup", "personality"),
    # memory that belongs to no process, so that nobody counts it
    *("memfd_create", "memfd_secret", "shmget", "shmat", "msgget", "semget", "mq_open"),
    *("io_setup", "socket", "setsockopt"),
    # where memory lies
    *("move_pages", "migrate_pages", "mbind", "set_mempolicy", "set_mempolicy_home_node"),
    # the machine
    *("settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname"),
    *("setdomainname", "iopl", "ioperm", "modify_ldt"),
)
_EXECUTING = ("execve", "execveat")
_SIGNALLING = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
_SIGNALLING_OTHERS = ("tkill", "pidfd_send_signal", "process_mrelease")
_FORKING = ("fork", "vfork")


def filter_system_calls(*, may_execute: bool, is_alone: bool) -> None:
    """Refuse system calls to this process and all it starts, for good.

    Args:
        may_execute: Whether programs may be run.
        is_alone: Whether it sees no processes but its own. Otherwise it may signal none but
            itself, and start none if it starts no programs: a chain of processes, each ended by
            the time it is found, could not be killed.

    Raises:
        OSError: If the kernel refuses, or libseccomp isn't there.
    """
    if seccomp is None:
        raise OSError(errno.ENOSYS, "libseccomp is missing (Debian, Ubuntu: libseccomp2)")
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    refused = seccomp.ERRNO(errno.EPERM)
    known = set(_REFUSED) if may_execute else {*_REFUSED, *_EXECUTING}
    if not is_alone:
        known |= set(_SIGNALLING_OTHERS if may_execute else (*_SIGNALLING_OTHERS, *_FORKING))
    for name in sorted(known):
        if seccomp.resolve_syscall(seccomp.system_arch(), name) >= 0:
            rules.add_rule(refused, name)
    # Its flags lie in memory, where a filter cannot read them; C libraries then use clone.
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    # Event loops wake themselves by a pair; what its buffers hold, the few open files bound.
    rules.add_rule(refused, "socketpair", seccomp.Arg(0, seccomp.NE, socket.AF_UNIX))
    for flag in _bits(_SPACES):
        rules.add_rule(refused, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    if not is_alone:
        for name in _SIGNALLING:
            rules.add_rule(refused, name, seccomp.Arg(0, seccomp.NE, os.getpid()))
        if not may_execute:
            rules.add_rule(refused, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0))
    rules.load()


def _bits(number: int) -> list[int]:
    return [1 << place for place in range(number.bit_length()) if number >> place & 1]
