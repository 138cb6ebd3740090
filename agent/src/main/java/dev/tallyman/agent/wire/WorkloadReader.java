package dev.tallyman.agent.wire;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.proto.v1.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Turns workloads as they come over the wire into what the agent wants, checking every rule of the
 * contract. It does not stop at the first fault, and one bad workload never touches another.
 *
 * <p>Fields that this version does not know are ignored, as the contract says.
 */
public final class WorkloadReader {

  /** Reason of a workload that breaks a rule of the contract. */
  public static final String INVALID_SPEC = "InvalidSpec";

  /** Reason of workloads that share a uid. */
  public static final String DUPLICATE_UID = "DuplicateUid";

  private static final Pattern UID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
  private static final String UID_FORM =
      "1 to 63 characters of A-Z, a-z, 0-9, '-', '_' and '.', the first a letter or digit";

  private WorkloadReader() {}

  /**
   * What many workloads together say.
   *
   * @param desired one for each uid, in the order in which the uids came
   * @param unaddressable a sentence for each workload whose uid cannot be used, so that there is
   *     nothing to hang a status on
   */
  public record Reading(List<Desired> desired, List<String> unaddressable) {
    public Reading {
      desired = List.copyOf(desired);
      unaddressable = List.copyOf(unaddressable);
    }
  }

  /** Whether the text can be a workload's identity. */
  public static boolean isUid(String text) {
    return UID.matcher(text).matches();
  }

  /** Whether the text can be the name of a workload or of a stack. */
  public static boolean isName(String text) {
    return Form.DNS_LABEL.fits(text);
  }

  /**
   * Reads the workloads of one snapshot or delta. Workloads that share a uid are refused together:
   * which of them is meant cannot be known.
   *
   * @param feed name of the feed that wants them
   */
  public static Reading readAll(String feed, List<Workload> messages) {
    requireNonNull(feed, "feed");
    Map<String, List<Workload>> byUid = new LinkedHashMap<>();
    List<String> unaddressable = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      Workload message = messages.get(i);
      if (isUid(message.getUid())) {
        byUid.computeIfAbsent(message.getUid(), _ -> new ArrayList<>(1)).add(message);
      } else {
        unaddressable.add(unaddressable(i, message));
      }
    }
    List<Desired> desired = new ArrayList<>(byUid.size());
    byUid
        .values()
        .forEach(
            same -> desired.add(same.size() == 1 ? read(feed, same.getFirst()) : duplicate(same)));
    return new Reading(desired, unaddressable);
  }

  /**
   * Reads one workload.
   *
   * @param feed name of the feed that wants it
   * @return {@link Desired.Wanted}, or {@link Desired.Refused} with all faults
   * @throws IllegalArgumentException if its uid is not one; {@link #readAll} reports that instead
   */
  public static Desired.Listed read(String feed, Workload message) {
    requireNonNull(feed, "feed");
    requireNonNull(message, "message");
    if (!isUid(message.getUid())) {
      throw new IllegalArgumentException(
          "uid: " + FieldFaults.shown(message.getUid()) + " (expected: " + UID_FORM + ")");
    }
    FieldFaults faults = new FieldFaults();
    Identity identity = Identity.read(feed, message, faults);
    if (!message.hasSpec()) {
      faults.addDescribed("spec", "missing", "what to run");
      return refused(message, INVALID_SPEC, faults.sentence());
    }
    return SpecReader.read(identity, message, faults)
        .<Desired.Listed>map(Desired.Wanted::new)
        .orElseGet(() -> refused(message, INVALID_SPEC, faults.sentence()));
  }

  private static Desired duplicate(List<Workload> same) {
    List<String> names = same.stream().limit(5).map(WorkloadReader::fullName).toList();
    String more = same.size() > names.size() ? ", and " + (same.size() - names.size()) : "";
    return refused(
        same.getFirst(),
        DUPLICATE_UID,
        "uid: "
            + same.getFirst().getUid()
            + " stands for "
            + same.size()
            + " workloads, "
            + String.join(", ", names)
            + more
            + " (expected: one)");
  }

  private static Desired.Refused refused(Workload message, String reason, String faults) {
    return new Desired.Refused(
        message.getUid(),
        cut(message.getName()),
        cut(Identity.stack(message)),
        message.getGeneration(),
        reason,
        faults);
  }

  /** A name that breaks the rules is shown in statuses, and must not break those of a status. */
  private static String cut(String name) {
    return Form.DNS_LABEL.fits(name) ? name : FieldFaults.shown(name);
  }

  private static String unaddressable(int index, Workload message) {
    return "workloads["
        + index
        + "].uid: "
        + FieldFaults.shown(message.getUid())
        + " of "
        + fullName(message)
        + " (expected: "
        + UID_FORM
        + ")";
  }

  private static String fullName(Workload message) {
    return FieldFaults.shown(Identity.stack(message)) + "/" + FieldFaults.shown(message.getName());
  }
}
