package dev.tallyman.runtime;

/** How strongly an instance is separated from the host and from other instances. */
public enum Isolation {
  /** Namespaces and control groups of the host's kernel. */
  CONTAINER,
  /** A kernel in user space between the instance and the host's kernel, such as gVisor. */
  SANDBOX,
  /** A virtual machine of its own. */
  MICROVM
}
