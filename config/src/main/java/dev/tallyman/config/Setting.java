package dev.tallyman.config;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The one declaration of a setting. Immutable; two declarations are never equal.
 *
 * @param <T> what the program gets
 */
public final class Setting<T> {

  /** What every environment name of a setting begins with. */
  public static final String ENVIRONMENT_PREFIX = "TALLYMAN_";

  private static final Pattern KEY =
      Pattern.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*)*");

  private final String key;
  private final ValueType<T> type;
  private final String description;
  private final Visibility visibility;
  private final Absent<T> absent;

  private Setting(
      String key, ValueType<T> type, String description, Visibility visibility, Absent<T> absent) {
    this.key = key;
    this.type = type;
    this.description = description;
    this.visibility = visibility;
    this.absent = absent;
  }

  /**
   * Begins a declaration.
   *
   * @param key where it stands in the file, words between dots: {@code lease.renew}
   * @param description one sentence for the command's help, without the default
   * @throws IllegalArgumentException when the key is not lower-case words with {@code -} and {@code
   *     .}
   */
  public static <T> Draft<T> of(String key, ValueType<T> type, String description) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "key: " + key + " (expected: lower-case words with - and .)");
    }
    return new Draft<>(key, type, description, Visibility.OPEN);
  }

  /** A declaration that lacks the word on what happens when nobody gives a value. */
  public static final class Draft<T> {
    private final String key;
    private final ValueType<T> type;
    private final String description;
    private final Visibility visibility;

    private Draft(String key, ValueType<T> type, String description, Visibility visibility) {
      this.key = key;
      this.type = type;
      this.description = description;
      this.visibility = visibility;
    }

    /** Never printed, and without a flag: everybody on a host can read a process's arguments. */
    public Draft<T> secret() {
      return new Draft<>(key, type, description, Visibility.SECRET);
    }

    /** Somebody must give a value. */
    public Setting<T> required() {
      return new Setting<>(key, type, description, visibility, new Absent.Refused<>());
    }

    /** There may be no value. */
    public Setting<Optional<T>> optional() {
      return new Setting<>(
          key,
          new ValueType.OptionalOf<>(type),
          description,
          visibility,
          new Absent.Constant<>(Optional.empty()));
    }

    /** A constant default. */
    public Setting<T> defaultsTo(T value) {
      return new Setting<>(key, type, description, visibility, new Absent.Constant<>(value));
    }

    /**
     * A default that depends on the host.
     *
     * @param how what it is, for people: "the host name"
     * @param value asked when settings are read and nobody gave a value; may throw {@link
     *     dev.tallyman.config.quantity.InvalidValueException} when there is none
     */
    public Setting<T> computed(String how, Supplier<T> value) {
      return new Setting<>(key, type, description, visibility, new Absent.Computed<>(how, value));
    }
  }

  /** Where it stands in the file: {@code lease.renew}. */
  public String key() {
    return key;
  }

  /** How values are read and written. */
  public ValueType<T> type() {
    return type;
  }

  /** One sentence for people. */
  public String description() {
    return description;
  }

  /** Its name in the environment: {@code TALLYMAN_LEASE_RENEW}. */
  public String environmentName() {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** Its flag, {@code --lease-renew}; a secret has none. */
  public Optional<String> flag() {
    return isSecret() ? Optional.empty() : Optional.of("--" + key.replace('.', '-'));
  }

  /** Whether its value must not be shown. */
  public boolean isSecret() {
    return visibility == Visibility.SECRET;
  }

  /** What happens when nobody gives a value, for people: "10s", "the host name", "required". */
  public String defaultText() {
    return switch (absent) {
      case Absent.Refused<T> _ -> "required";
      case Absent.Computed<T>(String how, Supplier<T> _) -> how;
      case Absent.Constant<T>(T value) -> {
        String text = type.print(value);
        yield text.isEmpty() ? "none" : isSecret() ? "***" : text;
      }
    };
  }

  Absent<T> absent() {
    return absent;
  }

  @Override
  public String toString() {
    return key;
  }

  private enum Visibility {
    OPEN,
    SECRET
  }

  /** What happens when nobody gives a value. */
  sealed interface Absent<T> {
    record Refused<T>() implements Absent<T> {}

    record Constant<T>(T value) implements Absent<T> {}

    record Computed<T>(String how, Supplier<T> value) implements Absent<T> {}
  }
}
