#define _GNU_SOURCE
#include "host/sys/system_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif

#define CONDITIONS_MAX 3

/* What becomes of a call in the table whose arguments fit none of its rows. */
typedef enum otherwise { KILLED, REFUSED } otherwise;

typedef struct rule {
  int call;
  otherwise otherwise;
  unsigned num_conditions; /* all must hold; rows of one call are alternatives */
  struct scmp_arg_cmp conditions[CONDITIONS_MAX];
} rule;

#define ALWAYS(name)                                                                               \
  { .call = SCMP_SYS(name) }
#define IF_1(name, other, a)                                                                       \
  {                                                                                                \
    .call = SCMP_SYS(name), .otherwise = (other), .num_conditions = 1, .conditions = { a }         \
  }
#define IF_2(name, other, a, b)                                                                    \
  {                                                                                                \
    .call = SCMP_SYS(name), .otherwise = (other), .num_conditions = 2, .conditions = { a, b }      \
  }
#define IF_3(name, other, a, b, c)                                                                 \
  {                                                                                                \
    .call = SCMP_SYS(name), .otherwise = (other), .num_conditions = 3, .conditions = { a, b, c }   \
  }
#define IS(index, value)                                                                           \
  { .arg = (index), .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)(value) }
/* No bit but these beside the value. */
#define IS_WITH(index, value, bits)                                                                \
  {                                                                                                \
    .arg = (index), .op = SCMP_CMP_MASKED_EQ, .datum_a = ~(scmp_datum_t)(bits),                    \
    .datum_b = (scmp_datum_t)(value)                                                               \
  }
#define LACKS(index, bits)                                                                         \
  { .arg = (index), .op = SCMP_CMP_MASKED_EQ, .datum_a = (scmp_datum_t)(bits), .datum_b = 0 }

#define SOCKET_BITS (SOCK_NONBLOCK | SOCK_CLOEXEC)
#define KERNEL_O_LARGEFILE 0100000
#define READING_BITS (O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | KERNEL_O_LARGEFILE)
/* What pthread_create asks for: a thread of this process and in no new namespace. */
#define THREAD_BITS                                                                                \
  (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_SIGHAND | CLONE_THREAD |              \
   CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

static const rule rules[] = {
    /* the link, the network and the loop */
    ALWAYS(read),
    ALWAYS(readv),
    ALWAYS(write),
    ALWAYS(writev),
    ALWAYS(recvmsg),
    ALWAYS(recvfrom),
    ALWAYS(sendmsg),
    ALWAYS(sendto),
    ALWAYS(sendmmsg),
    ALWAYS(shutdown),
    ALWAYS(close),
    ALWAYS(bind),
    ALWAYS(connect),
    ALWAYS(getsockname),
    ALWAYS(getpeername),
    ALWAYS(epoll_ctl),
    ALWAYS(epoll_wait),
    ALWAYS(epoll_pwait),
    ALWAYS(poll),
    ALWAYS(ppoll),
    /* memory, time, chance, threads, the end */
    ALWAYS(munmap),
    ALWAYS(mremap),
    ALWAYS(madvise),
    ALWAYS(brk),
    ALWAYS(mlock),
    ALWAYS(munlock),
    ALWAYS(clock_gettime),
    ALWAYS(gettimeofday),
    ALWAYS(getrandom),
    ALWAYS(futex),
    ALWAYS(set_robust_list),
    ALWAYS(rseq),
    ALWAYS(sched_yield),
    ALWAYS(sched_getaffinity),
    ALWAYS(gettid),
    ALWAYS(getpid),
    ALWAYS(rt_sigaction),
    ALWAYS(rt_sigprocmask),
    ALWAYS(rt_sigreturn),
    ALWAYS(restart_syscall),
    ALWAYS(exit),
    ALWAYS(exit_group),
    /* the files that Landlock leaves; getaddrinfo asks for their state and for the host's name */
    ALWAYS(fstat),
    ALWAYS(newfstatat),
    ALWAYS(lseek),
    ALWAYS(uname),
    /* qsort asks how much memory there is; a lock may back off. */
    ALWAYS(sysinfo),
    ALWAYS(nanosleep),
    ALWAYS(clock_nanosleep),
    IF_1(openat, REFUSED, IS_WITH(2, O_RDONLY, READING_BITS)),

    /* No memory that is both filled here and run. */
    IF_1(mmap, KILLED, LACKS(2, PROT_EXEC)),
    IF_1(mprotect, KILLED, LACKS(2, PROT_EXEC)),
    IF_1(clone, KILLED, IS(0, THREAD_BITS)),
    IF_1(prctl, KILLED, IS(0, PR_SET_NAME)),
    IF_1(fcntl, KILLED, IS(1, F_GETFL)),
    IF_1(fcntl, KILLED, IS(1, F_SETFL)),
    IF_1(fcntl, KILLED, IS(1, F_GETFD)),
    IF_1(fcntl, KILLED, IS(1, F_SETFD)),

    /* Refused and not killed: the C library asks for a Unix socket to nscd, and takes no for an
     * answer. */
    IF_3(socket, REFUSED, IS(0, AF_INET), IS_WITH(1, SOCK_DGRAM, SOCKET_BITS), IS(2, 0)),
    IF_3(socket, REFUSED, IS(0, AF_INET6), IS_WITH(1, SOCK_DGRAM, SOCKET_BITS), IS(2, 0)),
    IF_3(socket, REFUSED, IS(0, AF_INET), IS_WITH(1, SOCK_DGRAM, SOCKET_BITS), IS(2, IPPROTO_UDP)),
    IF_3(socket, REFUSED, IS(0, AF_INET6), IS_WITH(1, SOCK_DGRAM, SOCKET_BITS), IS(2, IPPROTO_UDP)),
    /* TURN over TCP and TLS. */
    IF_3(socket, REFUSED, IS(0, AF_INET), IS_WITH(1, SOCK_STREAM, SOCKET_BITS), IS(2, 0)),
    IF_3(socket, REFUSED, IS(0, AF_INET6), IS_WITH(1, SOCK_STREAM, SOCKET_BITS), IS(2, 0)),
    IF_3(socket, REFUSED, IS(0, AF_NETLINK), IS_WITH(1, SOCK_RAW, SOCKET_BITS),
         IS(2, NETLINK_ROUTE)),
    IF_2(setsockopt, REFUSED, IS(1, SOL_SOCKET), IS(2, SO_SNDBUF)),
    IF_2(setsockopt, REFUSED, IS(1, SOL_SOCKET), IS(2, SO_RCVBUF)),
    IF_2(setsockopt, REFUSED, IS(1, IPPROTO_IPV6), IS(2, IPV6_V6ONLY)),
    IF_2(setsockopt, REFUSED, IS(1, IPPROTO_IPV6), IS(2, IPV6_RECVERR)),
    IF_2(setsockopt, REFUSED, IS(1, IPPROTO_IP), IS(2, IP_RECVERR)),
    IF_2(setsockopt, REFUSED, IS(1, SOL_UDP), IS(2, UDP_GRO)),
    IF_2(setsockopt, REFUSED, IS(1, IPPROTO_TCP), IS(2, TCP_NODELAY)),
    /* The socket of mDNS names: shared, and on the interfaces it joins. */
    IF_2(setsockopt, REFUSED, IS(1, SOL_SOCKET), IS(2, SO_REUSEADDR)),
    IF_2(setsockopt, REFUSED, IS(1, IPPROTO_IP), IS(2, IP_PKTINFO)),
    IF_2(setsockopt, REFUSED, IS(1, IPPROTO_IP), IS(2, IP_ADD_MEMBERSHIP)),
    IF_2(setsockopt, REFUSED, IS(1, IPPROTO_IPV6), IS(2, IPV6_MULTICAST_HOPS)),
    IF_2(setsockopt, REFUSED, IS(1, IPPROTO_IPV6), IS(2, IPV6_JOIN_GROUP)),
    IF_2(getsockopt, REFUSED, IS(1, SOL_UDP), IS(2, UDP_SEGMENT)),
    IF_2(getsockopt, REFUSED, IS(1, SOL_SOCKET), IS(2, SO_ERROR)),
    IF_1(ioctl, REFUSED, IS(1, FIONBIO)),
    IF_1(ioctl, REFUSED, IS(1, FIONREAD)),
    IF_1(ioctl, REFUSED, IS(1, SIOCGIFINDEX)),
    /* Its own limits, to be read. */
    IF_2(prlimit64, REFUSED, IS(0, 0), IS(2, 0)),
};

/* Passive ICE-TCP candidates, where policy has them: on what port, Landlock limits. */
static const rule listening[] = {
    ALWAYS(listen),
    IF_1(accept4, REFUSED, IS(3, SOCK_NONBLOCK | SOCK_CLOEXEC)),
};

/* Its arguments are in memory, where no filter sees them: the C library falls back to clone. */
static const rule any_thread = ALWAYS(clone3);

static bool add(scmp_filter_ctx filter, uint32_t action, const rule *row, unsigned num) {
  int result = seccomp_rule_add_array(filter, action, row->call, num, row->conditions);
  return result == 0 || result == -EEXIST;
}

/* Rows whose conditions are the other filter's pass here whatever their arguments. */
static bool add_rows(scmp_filter_ctx filter, otherwise kind, const rule *rows, size_t num) {
  bool good = true;
  for (size_t i = 0; good && i < num; i++) {
    good = add(filter, SCMP_ACT_ALLOW, &rows[i],
               rows[i].otherwise == kind ? rows[i].num_conditions : 0);
  }
  return good;
}

static bool add_table(scmp_filter_ctx filter, otherwise kind, pcs_sandbox_tcp tcp) {
  size_t num_listening =
      tcp == PCS_SANDBOX_TCP_LISTENS ? sizeof listening / sizeof listening[0] : 0;
  return add_rows(filter, kind, rules, sizeof rules / sizeof rules[0]) &&
         add_rows(filter, kind, listening, num_listening);
}

static bool fill_killing(scmp_filter_ctx filter, pcs_sandbox_tcp tcp) {
  /* abort() after an assertion sends its signal to this very process. */
  rule to_itself = IF_1(tgkill, KILLED, IS(0, getpid()));
  return add_table(filter, KILLED, tcp) && add(filter, SCMP_ACT_ALLOW, &to_itself, 1) &&
         add(filter, SCMP_ACT_ALLOW, &any_thread, 0);
}

static bool fill_refusing(scmp_filter_ctx filter, pcs_sandbox_tcp tcp) {
  rule signal = ALWAYS(tgkill);
  rule next_filter = ALWAYS(seccomp); /* the killing one follows and ends this */
  return add_table(filter, REFUSED, tcp) && add(filter, SCMP_ACT_ALLOW, &signal, 0) &&
         add(filter, SCMP_ACT_ALLOW, &next_filter, 0) &&
         add(filter, SCMP_ACT_ERRNO(ENOSYS), &any_thread, 0);
}

/* NULL when the library or the kernel has not what is needed. */
static scmp_filter_ctx new_filter(uint32_t action) {
  scmp_filter_ctx filter = seccomp_init(action);
  if (filter != NULL &&
      (seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) != 0 ||
       seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0) != 0 ||
       seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) != 0 ||
       seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0)) {
    seccomp_release(filter);
    return NULL;
  }
  return filter;
}

/* Sanitizers map, open, fork and trace what they like: their builds run without filters. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool is_sanitized = true;
#else
static const bool is_sanitized = false;
#endif

/* Both are complete before the first is in force. */
pcs_status pcs_system_calls_limit(pcs_sandbox_tcp tcp) {
  if (is_sanitized) {
    return PCS_OK;
  }
  scmp_filter_ctx killing = new_filter(SCMP_ACT_KILL_PROCESS);
  scmp_filter_ctx refusing = new_filter(SCMP_ACT_ERRNO(EACCES));
  bool good = killing != NULL && refusing != NULL && fill_killing(killing, tcp) &&
              fill_refusing(refusing, tcp) && seccomp_load(refusing) == 0 &&
              seccomp_load(killing) == 0;
  seccomp_release(killing);
  seccomp_release(refusing);
  return good ? PCS_OK : PCS_ERR_UNSUPPORTED;
}
