package dev.tallyman.agent.plan;

import dev.tallyman.runtime.Limits;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who holds how much of the node: a workload is admitted when its limits fit into what is left of
 * the allocatable processors and memory, and then holds its share until it is given back. A
 * workload without limits holds nothing.
 *
 * <p>Not safe for several threads; the loop owns it.
 */
public final class Ledger {

  private static final String CPU_SHORT = "InsufficientCpu";
  private static final String MEMORY_SHORT = "InsufficientMemory";

  private final long cpuMillis;
  private final long memoryBytes;
  private final Map<String, Limits> held = new HashMap<>();
  private long cpuHeld;
  private long memoryHeld;

  /**
   * A ledger of which nothing is held.
   *
   * @param cpuMillis allocatable thousandths of a core
   * @param memoryBytes allocatable bytes of memory
   */
  public Ledger(long cpuMillis, long memoryBytes) {
    this.cpuMillis = cpuMillis;
    this.memoryBytes = memoryBytes;
  }

  /**
   * Gives the uid its share, in place of the one that it holds.
   *
   * @return empty when it was given, else why not; then what it held before stays
   */
  public Optional<Placement.Refused> admit(String uid, Limits wanted) {
    Limits before = held.getOrDefault(uid, Limits.NONE);
    if (before.equals(wanted)) {
      return Optional.empty();
    }
    long cpuLeft = cpuMillis - cpuHeld + before.cpuMillis();
    if (wanted.cpuMillis() > cpuLeft && wanted.cpuMillis() > before.cpuMillis()) {
      return Optional.of(
          new Placement.Refused(
              CPU_SHORT,
              "resources.cpu: "
                  + wanted.cpuMillis()
                  + "m (expected: at most "
                  + Math.max(0, cpuLeft)
                  + "m, which is free of "
                  + cpuMillis
                  + "m allocatable)."));
    }
    long memoryLeft = memoryBytes - memoryHeld + before.memoryBytes();
    if (wanted.memoryBytes() > memoryLeft && wanted.memoryBytes() > before.memoryBytes()) {
      return Optional.of(
          new Placement.Refused(
              MEMORY_SHORT,
              "resources.memory: "
                  + wanted.memoryBytes()
                  + " bytes (expected: at most "
                  + Math.max(0, memoryLeft)
                  + ", which is free of "
                  + memoryBytes
                  + " allocatable)."));
    }
    hold(uid, before, wanted);
    return Optional.empty();
  }

  /** Notes what an instance that runs already takes, whether or not it fits. */
  public void occupy(String uid, Limits taken) {
    hold(uid, held.getOrDefault(uid, Limits.NONE), taken);
  }

  /**
   * Takes the share of the uid back.
   *
   * @return whether it held one, so that others may fit now
   */
  public boolean release(String uid) {
    Limits before = held.getOrDefault(uid, Limits.NONE);
    hold(uid, before, Limits.NONE);
    return !before.equals(Limits.NONE);
  }

  /** Whether a refusal's reason is want of room, which may be given back. */
  public static boolean isShortage(String reason) {
    return reason.equals(CPU_SHORT) || reason.equals(MEMORY_SHORT);
  }

  /** Thousandths of a core that are held. */
  public long cpuMillisHeld() {
    return cpuHeld;
  }

  /** Bytes of memory that are held. */
  public long memoryBytesHeld() {
    return memoryHeld;
  }

  private void hold(String uid, Limits before, Limits after) {
    cpuHeld += after.cpuMillis() - before.cpuMillis();
    memoryHeld += after.memoryBytes() - before.memoryBytes();
    if (after.equals(Limits.NONE)) {
      held.remove(uid);
    } else {
      held.put(uid, after);
    }
  }
}
