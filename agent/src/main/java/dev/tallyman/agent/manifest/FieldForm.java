package dev.tallyman.agent.manifest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import dev.tallyman.config.quantity.ByteSizes;
import dev.tallyman.config.quantity.CpuAmounts;
import dev.tallyman.config.quantity.Durations;
import dev.tallyman.config.quantity.InvalidValueException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a field of the contract is written in a manifest.
 *
 * <p>The name is the field's in camelCase, but {@code memory_bytes} is {@code memory} and {@code
 * cpu_millis} is {@code cpu}: there the unit is in the value. Constants of enums are lower-case
 * words without the enum's name: {@code PULL_POLICY_IF_NOT_PRESENT} is {@code if-not-present}.
 * Permission bits are octal, and contents in Base64.
 */
enum FieldForm {
  TEXT,
  FLAG,
  NUMBER,
  PERMISSIONS,
  WORD,
  DURATION,
  SIZE,
  CPU,
  CONTENT,
  MESSAGE;

  private static final String BYTES_SUFFIX = "_bytes";
  private static final String CPU_FIELD = "cpu_millis";
  private static final String PERMISSIONS_FIELD = "mode";
  private static final Pattern DIGITS = Pattern.compile("-?\\d{1,18}");
  private static final Pattern OCTAL = Pattern.compile("[0-7]{1,6}");
  private static final String PERMISSIONS_EXPECTED = "permission bits in octal like 0440";
  private static final String CONTENT_EXPECTED = "bytes in Base64";
  private static final String UNBOUNDED = "-1";
  private static final long MAX_UINT32 = 0xFFFF_FFFFL;
  private static final Range BOUND = new Range(-1, 999_999_999_999_999_999L);

  /** Numbers with a range of their own; all others are 0 or more. */
  private static final Map<String, Range> RANGES =
      Map.of(
          "tallyman.v1.Port.container_port", new Range(1, 65_535),
          "tallyman.v1.Port.host_port", new Range(0, 65_535),
          "tallyman.v1.TcpCheck.port", new Range(1, 65_535),
          "tallyman.v1.HttpCheck.port", new Range(1, 65_535),
          "tallyman.v1.GrpcCheck.port", new Range(1, 65_535),
          "tallyman.v1.Resources.oom_score_adjustment", new Range(-1000, 1000),
          "tallyman.v1.Ulimit.soft", BOUND,
          "tallyman.v1.Ulimit.hard", BOUND);

  /** Sizes that can be -1, which is no bound. */
  private static final Set<String> UNBOUNDED_SIZES =
      Set.of("tallyman.v1.Resources.memory_swap_bytes");

  /** Fields that may stand in the place of one that a manifest must give. */
  private static final Map<String, String> INSTEAD = Map.of("tallyman.v1.EnvVar.value", "template");

  /** Fields that a manifest must give. An empty env value is written as "". */
  private static final Set<String> REQUIRED =
      Set.of(
          "tallyman.v1.Workload.name",
          "tallyman.v1.WorkloadSpec.image",
          "tallyman.v1.EnvVar.name",
          "tallyman.v1.EnvVar.value",
          "tallyman.v1.Port.container_port",
          "tallyman.v1.Dependency.workload",
          "tallyman.v1.Mount.target",
          "tallyman.v1.FileMount.target",
          "tallyman.v1.TcpCheck.port",
          "tallyman.v1.HttpCheck.port",
          "tallyman.v1.GrpcCheck.port");

  /**
   * The form of a field, or of each item of a repeated field.
   *
   * @throws IllegalStateException when the contract grew a type that manifests have no form for
   */
  static FieldForm of(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> TEXT;
      case BOOLEAN -> FLAG;
      case ENUM -> WORD;
      case INT -> field.getName().equals(PERMISSIONS_FIELD) ? PERMISSIONS : NUMBER;
      case BYTE_STRING -> CONTENT;
      case LONG -> {
        if (field.getName().endsWith(BYTES_SUFFIX)) {
          yield SIZE;
        }
        yield field.getName().equals(CPU_FIELD) ? CPU : NUMBER;
      }
      case MESSAGE -> field.getMessageType().equals(Duration.getDescriptor()) ? DURATION : MESSAGE;
      case FLOAT, DOUBLE ->
          throw new IllegalStateException(
              field.getFullName() + ": " + field.getJavaType() + " has no form in manifests");
    };
  }

  /** The field's name in a manifest. */
  static String nameOf(FieldDescriptor field) {
    return switch (of(field)) {
      case CPU -> "cpu";
      case SIZE ->
          camelCase(field.getName().substring(0, field.getName().length() - BYTES_SUFFIX.length()));
      case TEXT, FLAG, NUMBER, PERMISSIONS, WORD, DURATION, CONTENT, MESSAGE -> field.getJsonName();
    };
  }

  /** Whether a manifest must give the field. */
  static boolean isRequired(FieldDescriptor field) {
    return REQUIRED.contains(field.getFullName());
  }

  /** The name of the field that may be given instead of this one. */
  static Optional<String> instead(FieldDescriptor field) {
    return Optional.ofNullable(INSTEAD.get(field.getFullName()));
  }

  /** What is right for a field, to follow "expected: ". */
  static String expected(FieldDescriptor field) {
    return switch (of(field)) {
      case TEXT -> "text";
      case FLAG -> "true or false";
      case PERMISSIONS -> PERMISSIONS_EXPECTED;
      case CONTENT -> CONTENT_EXPECTED;
      case NUMBER -> "a whole number, " + range(field);
      case WORD -> words(field.getEnumType());
      case DURATION -> Durations.EXPECTED;
      case SIZE ->
          isUnbounded(field, UNBOUNDED)
              ? ByteSizes.EXPECTED + ", or -1 for no bound"
              : ByteSizes.EXPECTED;
      case CPU -> CpuAmounts.EXPECTED;
      case MESSAGE ->
          ShortForm.of(field.getMessageType())
              .map(form -> "a mapping, or " + form.expected())
              .orElse("a mapping");
    };
  }

  /**
   * Reads a single value of a field.
   *
   * @return what the field's builder takes
   * @throws InvalidValueException when the text is not right for the field
   */
  static Object parse(FieldDescriptor field, String text) {
    return switch (of(field)) {
      case TEXT -> text;
      case FLAG -> flag(text);
      case PERMISSIONS -> permissions(text);
      case CONTENT -> content(text);
      case NUMBER -> number(field, text);
      case WORD -> constant(field.getEnumType(), text);
      case DURATION -> duration(text);
      case SIZE -> isUnbounded(field, text) ? Long.valueOf(text) : (Object) ByteSizes.parse(text);
      case CPU -> CpuAmounts.parseMillis(text);
      case MESSAGE ->
          ShortForm.of(field.getMessageType())
              .orElseThrow(() -> new InvalidValueException(text, expected(field)))
              .parse(text);
    };
  }

  /**
   * Writes a single value of a field that is no message: a number as a {@link Long}, a flag as a
   * {@link Boolean}, all else as text.
   */
  static Object print(FieldDescriptor field, Object value) {
    return switch (of(field)) {
      case TEXT, FLAG -> value;
      case PERMISSIONS -> "0" + Integer.toOctalString((Integer) value);
      case CONTENT -> Base64.getEncoder().encodeToString(((ByteString) value).toByteArray());
      case NUMBER -> number(field, value);
      case WORD -> word((EnumValueDescriptor) value);
      case DURATION -> Durations.print(javaDuration((Duration) value));
      case SIZE -> {
        String text = String.valueOf(value);
        yield isUnbounded(field, text) ? text : ByteSizes.print((Long) value);
      }
      case CPU -> CpuAmounts.printMillis((Long) value);
      case MESSAGE -> throw new IllegalArgumentException(field.getFullName() + " is a message");
    };
  }

  /** The word for an enum's constant. */
  static String word(EnumValueDescriptor constant) {
    String prefix = upperSnake(constant.getType().getName()) + "_";
    String name = constant.getName();
    String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    return bare.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The constant for a word.
   *
   * @throws InvalidValueException when the enum has no such word
   */
  static EnumValueDescriptor constant(EnumDescriptor type, String word) {
    return type.getValues().stream()
        .filter(constant -> constant.getNumber() != 0 && word(constant).equals(word))
        .findFirst()
        .orElseThrow(() -> new InvalidValueException(word, words(type)));
  }

  private static String words(EnumDescriptor type) {
    return type.getValues().stream()
        .filter(constant -> constant.getNumber() != 0)
        .map(FieldForm::word)
        .collect(Collectors.joining(", ", "one of ", ""));
  }

  private static boolean isUnbounded(FieldDescriptor field, String text) {
    return UNBOUNDED_SIZES.contains(field.getFullName()) && text.equals(UNBOUNDED);
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new InvalidValueException(text, "true or false");
    };
  }

  private static int permissions(String text) {
    if (!OCTAL.matcher(text).matches()) {
      throw new InvalidValueException(text, PERMISSIONS_EXPECTED);
    }
    return Integer.parseInt(text, 8);
  }

  private static ByteString content(String text) {
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      // It may be a secret.
      throw new InvalidValueException("***", CONTENT_EXPECTED);
    }
  }

  private static Long number(FieldDescriptor field, Object value) {
    return switch (value) {
      case Integer number when field.getType() == FieldDescriptor.Type.UINT32 ->
          Integer.toUnsignedLong(number);
      case Number number -> number.longValue();
      default -> throw new IllegalArgumentException(field.getFullName() + " is no number");
    };
  }

  private static Object number(FieldDescriptor field, String text) {
    Range range = range(field);
    if (DIGITS.matcher(text).matches()) {
      long value = Long.parseLong(text);
      if (value >= range.min && value <= range.max) {
        return switch (field.getJavaType()) {
          case INT -> (int) value;
          case LONG -> value;
          case BOOLEAN, FLOAT, DOUBLE, BYTE_STRING, STRING, ENUM, MESSAGE ->
              throw new IllegalStateException(field.getFullName() + " is no number");
        };
      }
    }
    throw new InvalidValueException(text, expected(field));
  }

  private static Range range(FieldDescriptor field) {
    return RANGES.getOrDefault(field.getFullName(), new Range(0, MAX_UINT32));
  }

  private static Duration duration(String text) {
    java.time.Duration duration = Durations.parse(text);
    return Duration.newBuilder()
        .setSeconds(duration.toSeconds())
        .setNanos(duration.toNanosPart())
        .build();
  }

  private static java.time.Duration javaDuration(Duration duration) {
    return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  private static String upperSnake(String camelCase) {
    return camelCase.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }

  private static String camelCase(String snake) {
    return Pattern.compile("_([a-z])")
        .matcher(snake)
        .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
  }

  private record Range(long min, long max) {
    @Override
    public String toString() {
      return min + " to " + max;
    }
  }
}
