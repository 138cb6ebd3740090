package dev.tallyman.config.fault;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects the faults of one input, in the order in which they were found. Keeps the first {@value
 * #LIMIT}; a longer list helps nobody. For one thread.
 */
public final class Faults {

  /** How many faults are kept. */
  public static final int LIMIT = 100;

  private final List<Fault> found = new ArrayList<>();
  private int dropped;

  /** Adds a fault. */
  public void add(String where, String message) {
    add(new Fault(where, message));
  }

  /** Adds a fault. */
  public void add(Fault fault) {
    if (found.size() < LIMIT) {
      found.add(fault);
    } else {
      dropped++;
    }
  }

  /** Whether nothing is wrong so far. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** Whether further faults are only counted, so that it does not matter what they say. */
  public boolean isFull() {
    return found.size() >= LIMIT;
  }

  /** All faults so far; the last one says how many more there were, when some were not kept. */
  public List<Fault> list() {
    List<Fault> all = new ArrayList<>(found);
    if (dropped > 0) {
      all.add(new Fault(found.getLast().where(), "and " + dropped + " more faults after this one"));
    }
    return List.copyOf(all);
  }

  /**
   * Ends the reading of an input.
   *
   * @throws FaultsException when there is a fault
   */
  public void throwIfAny() {
    if (!isEmpty()) {
      throw new FaultsException(list());
    }
  }
}
