package dev.tallyman.compose.translate;

import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.quantity.InvalidValueException;
import dev.tallyman.config.yaml.Place;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is wrong, or may be, in a project; told in the order of the files, and each thing once even
 * where several services share it by an anchor. For one thread.
 */
final class Findings {

  private record Finding(Place place, String message) {
    Fault fault() {
      return new Fault(place.toString(), message);
    }
  }

  private static final Comparator<Finding> ORDER =
      Comparator.comparing(
          Finding::place,
          Comparator.comparing(Place::file)
              .thenComparingInt(Place::line)
              .thenComparingInt(Place::column));

  private final Set<Finding> faults = new LinkedHashSet<>();
  private final Set<Finding> warnings = new LinkedHashSet<>();

  /** Notes that a value has not the form or range that was expected. */
  void bad(Placed<?> value, String expected) {
    refuse(value, new InvalidValueException(String.valueOf(value.value()), expected).describe());
  }

  /** Notes that something cannot be, and what to do. */
  void refuse(Placed<?> value, String sentence) {
    refuse(value.place(), value.path(), sentence);
  }

  /** Notes that something cannot be, and what to do. */
  void refuse(Place place, String path, String sentence) {
    faults.add(new Finding(place, path + ": " + sentence));
  }

  /** Notes what may be a mistake and stops nothing. */
  void warn(Place place, String path, String sentence) {
    warnings.add(new Finding(place, path + ": " + sentence));
  }

  /** Whether there is no fault so far. */
  boolean noFault() {
    return faults.isEmpty();
  }

  /** All warnings so far. */
  List<Fault> warnings() {
    return warnings.stream().sorted(ORDER).map(Finding::fault).toList();
  }

  /**
   * Ends a translation.
   *
   * @throws dev.tallyman.config.fault.FaultsException with all faults, when there is one
   */
  void throwIfAny() {
    Faults all = new Faults();
    faults.stream().sorted(ORDER).map(Finding::fault).forEach(all::add);
    all.throwIfAny();
  }
}
