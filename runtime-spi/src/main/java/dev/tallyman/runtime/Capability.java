package dev.tallyman.runtime;

/**
 * Something that a runtime can do for a workload, as read from the engine. A workload whose needs
 * ({@link InstanceSpec#needs()}) are not among a runtime's capabilities is not run there.
 */
public enum Capability {
  /** Separates instances at least as well as namespaces of the host's kernel do. */
  ISOLATION_CONTAINER("isolation/container"),
  /** Has a registered OCI runtime with a kernel in user space, and can prove that it was used. */
  ISOLATION_SANDBOX("isolation/sandbox"),
  /** Runs instances in virtual machines, and can prove it. */
  ISOLATION_MICROVM("isolation/microvm"),
  /** Bounds an instance's share of the processors. */
  LIMIT_CPU("limit/cpu"),
  /** Bounds an instance's memory. */
  LIMIT_MEMORY("limit/memory"),
  /** Bounds the number of an instance's processes. */
  LIMIT_PIDS("limit/pids"),
  /** Listens on ports of the host for an instance. */
  PORTS("ports"),
  /** Ends an instance with a signal other than SIGTERM. */
  STOP_SIGNAL("stop-signal"),
  /** Runs an instance as a given user. */
  USER("user"),

  /** Bounds memory and swap together. */
  LIMIT_SWAP("limit/swap"),
  /** Leaves an instance a part of the memory when the host runs short. */
  LIMIT_MEMORY_RESERVATION("limit/memory-reservation"),
  /** Weighs instances against each other when processors are scarce. */
  LIMIT_CPU_SHARES("limit/cpu-shares"),
  /** Binds an instance to some of the processors. */
  LIMIT_CPUSET("limit/cpuset"),
  /** Tells the kernel whom to kill first when memory is short. */
  LIMIT_OOM_SCORE("limit/oom-score"),

  /** Makes networks on which instances find each other by name. */
  NETWORKS("networks"),
  /** Makes networks without a way out. */
  NETWORK_INTERNAL("network/internal"),
  /** Makes networks with addresses of IPv6. */
  NETWORK_IPV6("network/ipv6"),
  /** Runs an instance without a network. */
  NETWORK_NONE("network/none"),
  /** Runs an instance in the network of the host. */
  NETWORK_HOST("network/host"),
  /** Runs an instance in the network of another one. */
  NETWORK_SHARED("network/shared"),
  /** Gives an instance a host name of its own. */
  HOSTNAME("hostname"),
  /** Gives an instance a domain name of its own. */
  DOMAIN_NAME("domain-name"),
  /** Gives an instance name servers of its own. */
  DNS("dns"),
  /** Adds lines to an instance's hosts file. */
  EXTRA_HOSTS("extra-hosts"),
  /** Knows the host's address by the word {@code host-gateway}. */
  HOST_GATEWAY("extra-hosts/host-gateway"),

  /** Keeps volumes that outlive instances. */
  VOLUMES("volumes"),
  /** Mounts a directory within a volume. */
  VOLUME_SUBPATH("volumes/subpath"),
  /** Leaves an empty volume empty, whatever the image has there. */
  VOLUME_NO_COPY("volumes/no-copy"),
  /** Mounts files and directories of the host that the runtime runs on. */
  MOUNT_BIND("mounts/bind"),
  /** Mounts memory. */
  MOUNT_TMPFS("mounts/tmpfs"),
  /** Gives an instance files that are kept in memory only. */
  FILES("files"),

  /** Runs an instance with nearly all that root of the host may do. */
  PRIVILEGED("security/privileged"),
  /** Adds and drops kernel capabilities. */
  KERNEL_CAPABILITIES("security/capabilities"),
  /** Keeps an instance from gaining privileges. */
  NO_NEW_PRIVILEGES("security/no-new-privileges"),
  /** Filters system calls by a profile that the workload brings. */
  SECCOMP("security/seccomp"),
  /** Confines an instance by a profile of AppArmor. */
  APPARMOR("security/apparmor"),
  /** Labels an instance or what it mounts for SELinux. */
  SELINUX("security/selinux"),
  /** Makes the root file system one that cannot be written. */
  READ_ONLY_ROOT("security/read-only-root"),
  /** Gives the user further groups. */
  GROUPS("security/groups"),
  /** Chooses the user namespace of an instance. */
  USER_NAMESPACE("user-namespace"),

  /** Shares the process namespace of the host or of another instance. */
  PID_NAMESPACE("namespace/pid"),
  /** Chooses the namespace of shared memory. */
  IPC_NAMESPACE("namespace/ipc"),
  /** Lets an instance use devices of the host. */
  DEVICES("devices"),
  /** Lets an instance use devices by their names in CDI. */
  DEVICES_CDI("devices/cdi"),
  /** Sets kernel settings of an instance's namespaces. */
  SYSCTLS("sysctls"),
  /** Sets bounds of the kernel per process. */
  ULIMITS("ulimits"),
  /** Sets the size of an instance's shared memory. */
  SHM_SIZE("shm-size"),
  /** Puts an init process in front of the workload's own. */
  INIT("init"),
  /** Gives a process a terminal, or a standard input that stays open. */
  TERMINAL("terminal"),
  /** Lets a workload choose where its output goes. */
  LOGGING("logging"),
  /** Runs images of the platform that the workload asks for, or refuses. */
  PLATFORM("platform"),
  /** Lets a workload choose among the OCI runtimes that are registered. */
  OCI_RUNTIME("oci-runtime"),
  /** Hands annotations to the OCI runtime. */
  ANNOTATIONS("annotations"),

  /** Runs commands inside instances. */
  EXEC("exec"),
  /** Keeps what instances write, and hands it out. */
  LOGS("logs");

  private final String word;

  Capability(String word) {
    this.word = word;
  }

  /** The word that stands in statuses, metrics and on the wire. */
  public String word() {
    return word;
  }

  /**
   * Whether a workload can run without it when it says so: it is held less tightly or surrounded
   * less comfortably, but has its data, its files, its ways to be reached, and whatever separates
   * it from the host.
   */
  public boolean isDispensable() {
    return switch (this) {
      case LIMIT_CPU,
          LIMIT_MEMORY,
          LIMIT_PIDS,
          LIMIT_SWAP,
          LIMIT_MEMORY_RESERVATION,
          LIMIT_CPU_SHARES,
          LIMIT_CPUSET,
          LIMIT_OOM_SCORE,
          STOP_SIGNAL,
          HOSTNAME,
          DOMAIN_NAME,
          DNS,
          EXTRA_HOSTS,
          HOST_GATEWAY,
          ULIMITS,
          SHM_SIZE,
          INIT,
          TERMINAL,
          LOGGING,
          ANNOTATIONS ->
          true;
      case ISOLATION_CONTAINER,
          ISOLATION_SANDBOX,
          ISOLATION_MICROVM,
          PORTS,
          USER,
          NETWORKS,
          NETWORK_INTERNAL,
          NETWORK_IPV6,
          NETWORK_NONE,
          NETWORK_HOST,
          NETWORK_SHARED,
          VOLUMES,
          VOLUME_SUBPATH,
          VOLUME_NO_COPY,
          MOUNT_BIND,
          MOUNT_TMPFS,
          FILES,
          PRIVILEGED,
          KERNEL_CAPABILITIES,
          NO_NEW_PRIVILEGES,
          SECCOMP,
          APPARMOR,
          SELINUX,
          READ_ONLY_ROOT,
          GROUPS,
          USER_NAMESPACE,
          PID_NAMESPACE,
          IPC_NAMESPACE,
          DEVICES,
          DEVICES_CDI,
          SYSCTLS,
          PLATFORM,
          OCI_RUNTIME,
          EXEC,
          LOGS ->
          false;
    };
  }

  /** The capability that an isolation asks for. */
  public static Capability of(Isolation isolation) {
    return switch (isolation) {
      case CONTAINER -> ISOLATION_CONTAINER;
      case SANDBOX -> ISOLATION_SANDBOX;
      case MICROVM -> ISOLATION_MICROVM;
    };
  }
}
