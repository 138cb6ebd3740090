package dev.tallyman.config.fault;

import java.util.List;
import java.util.stream.Collectors;

/** What a person wrote cannot be used. The message has one line for each fault. */
public final class FaultsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  /**
   * Makes the exception for these faults.
   *
   * @throws IllegalArgumentException when there are none
   */
  public FaultsException(List<Fault> faults) {
    super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
    if (faults.isEmpty()) {
      throw new IllegalArgumentException("faults: none (expected: at least one)");
    }
    this.faults = List.copyOf(faults);
  }

  /** All faults, in the order of the input. */
  public List<Fault> faults() {
    return faults;
  }
}
