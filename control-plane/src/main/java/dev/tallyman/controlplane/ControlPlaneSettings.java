package dev.tallyman.controlplane;

import dev.tallyman.config.Setting;
import dev.tallyman.config.Settings;
import dev.tallyman.config.SettingsSchema;
import dev.tallyman.config.StandardPaths;
import dev.tallyman.config.ValueType;
import dev.tallyman.config.ValueTypes;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.config.quantity.InvalidValueException;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.TlsServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The control plane's settings: their declarations, and how they become its configuration. */
public final class ControlPlaneSettings {

  private static final StandardPaths PATHS = StandardPaths.ofProcess(System.getenv());

  private static final ValueType.Single<Endpoint> ENDPOINT =
      ValueTypes.of(
          "ENDPOINT",
          "unix:/path/to/socket, host:port or [IPv6 address]:port",
          ControlPlaneSettings::endpoint,
          Endpoint::toString);

  private ControlPlaneSettings() {}

  /** Where nodes and people find the control plane. */
  public static final Setting<List<Endpoint>> LISTEN =
      Setting.of(
              "listen",
              ValueTypes.listOf(ENDPOINT),
              "Where nodes and people find the control plane: unix sockets and TCP ports.")
          .computed(
              "its standard socket",
              () -> List.of(new Endpoint.UnixSocket(PATHS.controlPlaneSocket())));

  /** Where it keeps its data. */
  public static final Setting<Path> DATA_DIR =
      Setting.of("data-dir", ValueTypes.path(), "Where the control plane keeps its data.")
          .computed("the standard folder", () -> PATHS.stateDir().resolve("control-plane"));

  /** Certificate of the TCP ports. */
  public static final Setting<Optional<Path>> TLS_CERTIFICATE =
      Setting.of(
              "tls.certificate",
              ValueTypes.path(),
              "PEM file with the certificate chain of the TCP ports.")
          .optional();

  /** Its key. */
  public static final Setting<Optional<Path>> TLS_KEY =
      Setting.of("tls.key", ValueTypes.path(), "PEM file with the certificate's PKCS#8 key.")
          .optional();

  /** Known tokens. */
  public static final Setting<Optional<Path>> TOKENS_FILE =
      Setting.of(
              "tokens.file",
              ValueTypes.path(),
              "YAML file with the hashes of the tokens that calls over TCP must bring.")
          .optional();

  /** Time of a lease. */
  public static final Setting<Duration> LEASE_DURATION =
      Setting.of(
              "lease.duration",
              ValueTypes.duration(ControlPlaneConfig.MIN_LEASE, ControlPlaneConfig.MAX_LEASE),
              "How long a node counts as alive after it was heard of.")
          .defaultsTo(ControlPlaneConfig.DEFAULT_LEASE);

  /** All of them. */
  public static final SettingsSchema SCHEMA =
      SettingsSchema.of(LISTEN, DATA_DIR, TLS_CERTIFICATE, TLS_KEY, TOKENS_FILE, LEASE_DURATION);

  /**
   * Puts settings of {@link #SCHEMA} together.
   *
   * @param version of the program, as nodes are told
   * @throws FaultsException if they do not go together
   */
  public static ControlPlaneConfig config(Settings settings, String version) {
    Faults faults = new Faults();
    Optional<Path> certificate = settings.get(TLS_CERTIFICATE);
    Optional<Path> key = settings.get(TLS_KEY);
    if (certificate.isPresent() && key.isEmpty()) {
      faults.add(settings.fault(TLS_CERTIFICATE, "comes alone (expected: tls.key with it)"));
    }
    if (key.isPresent() && certificate.isEmpty()) {
      faults.add(settings.fault(TLS_KEY, "comes alone (expected: tls.certificate with it)"));
    }
    Optional<TlsServer> tls = certificate.flatMap(c -> key.map(k -> new TlsServer(c, k)));
    List<Endpoint> listen = settings.get(LISTEN);
    if (listen.isEmpty()) {
      faults.add(settings.fault(LISTEN, "[] (expected: at least one endpoint)"));
    }
    for (Endpoint endpoint : listen) {
      ControlPlaneConfig.lack(endpoint, tls, settings.get(TOKENS_FILE))
          .ifPresent(lack -> faults.add(settings.fault(LISTEN, lack)));
    }
    faults.throwIfAny();
    return new ControlPlaneConfig(
        listen,
        settings.get(DATA_DIR),
        tls,
        settings.get(TOKENS_FILE),
        settings.get(LEASE_DURATION),
        version);
  }

  private static Endpoint endpoint(String text) {
    try {
      return Endpoint.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException(
          text, "unix:/path/to/socket, host:port or [IPv6 address]:port; " + e.getMessage());
    }
  }
}
