package dev.tallyman.agent.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.runtime.Labels;
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
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final String UID_FORM =
      "1 to 63 characters of A-Z, a-z, 0-9, '-', '_' and '.', the first a letter or digit";
  private static final String DNS_LABEL_FORM =
      "1 to 63 characters of a-z, 0-9 and '-', neither the first nor the last a '-'";
  private static final String DEFAULT_STACK = "default";

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

  /**
   * Reads the workloads of one snapshot or delta. Workloads that share a uid are refused together:
   * which of them is meant cannot be known.
   */
  public static Reading readAll(List<Workload> messages) {
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
        .forEach(same -> desired.add(same.size() == 1 ? read(same.getFirst()) : duplicate(same)));
    return new Reading(desired, unaddressable);
  }

  /**
   * Reads one workload.
   *
   * @return {@link Desired.Wanted}, or {@link Desired.Refused} with all faults
   * @throws IllegalArgumentException if its uid is not one; {@link #readAll} reports that instead
   */
  public static Desired read(Workload message) {
    requireNonNull(message, "message");
    if (!isUid(message.getUid())) {
      throw new IllegalArgumentException(
          "uid: " + FieldFaults.shown(message.getUid()) + " (expected: " + UID_FORM + ")");
    }
    FieldFaults faults = new FieldFaults();
    if (!isDnsLabel(message.getName())) {
      faults.add("name", message.getName(), DNS_LABEL_FORM);
    }
    if (!isDnsLabel(stack(message))) {
      faults.add("stack", message.getStack(), DNS_LABEL_FORM + "; or empty for \"default\"");
    }
    Map<String, String> labels = labels(message, faults);
    if (message.getGeneration() < 0) {
      faults.add(
          "generation",
          Long.toUnsignedString(message.getGeneration()),
          "at most " + Long.MAX_VALUE);
    }
    if (!message.hasSpec()) {
      faults.addDescribed("spec", "missing", "what to run");
      return refused(message, INVALID_SPEC, faults.sentence());
    }
    SpecReader spec = SpecReader.read(message.getSpec(), faults);
    if (!faults.isEmpty()) {
      return refused(message, INVALID_SPEC, faults.sentence());
    }
    return new Desired.Wanted(
        spec.workload(
            message.getUid(), stack(message), message.getName(), labels, message.getGeneration()));
  }

  private static Map<String, String> labels(Workload message, FieldFaults faults) {
    Map<String, String> labels = message.getLabelsMap();
    if (labels.size() > Bounds.LABELS) {
      faults.addDescribed("labels", labels.size() + " pairs", "at most " + Bounds.LABELS);
    }
    labels.forEach((key, value) -> {
      String field = "labels[" + FieldFaults.shown(key) + "]";
      int keyBytes = key.getBytes(UTF_8).length;
      if (keyBytes == 0 || keyBytes > Bounds.LABEL_KEY_BYTES || key.indexOf('\0') >= 0) {
        faults.addDescribed(
            field,
            "a key of " + keyBytes + " bytes",
            "1 to " + Bounds.LABEL_KEY_BYTES + " bytes without NUL");
      }
      if (key.startsWith(Labels.PREFIX)) {
        faults.addDescribed(
            field, "a reserved key", "no key that begins with \"" + Labels.PREFIX + "\"");
      }
      int valueBytes = value.getBytes(UTF_8).length;
      if (valueBytes > Bounds.LABEL_VALUE_BYTES || value.indexOf('\0') >= 0) {
        faults.addDescribed(
            field,
            "a value of " + valueBytes + " bytes",
            "at most " + Bounds.LABEL_VALUE_BYTES + " bytes without NUL");
      }
    });
    return labels;
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

  private static Desired refused(Workload message, String reason, String faults) {
    return new Desired.Refused(
        message.getUid(),
        cut(message.getName()),
        cut(stack(message)),
        message.getGeneration(),
        reason,
        faults);
  }

  /** A name that breaks the rules is shown in statuses, and must not break those of a status. */
  private static String cut(String name) {
    return isDnsLabel(name) ? name : FieldFaults.shown(name);
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
    return FieldFaults.shown(stack(message)) + "/" + FieldFaults.shown(message.getName());
  }

  private static String stack(Workload message) {
    return message.getStack().isEmpty() ? DEFAULT_STACK : message.getStack();
  }

  private static boolean isDnsLabel(String text) {
    return DNS_LABEL.matcher(text).matches();
  }
}
