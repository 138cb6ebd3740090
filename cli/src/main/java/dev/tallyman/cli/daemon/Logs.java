package dev.tallyman.cli.daemon;

import dev.tallyman.config.Setting;
import dev.tallyman.config.ValueTypes;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The log of a daemon: standard error, one line for each event; see {@code logback.xml}. */
final class Logs {

  static final Setting<LogLevel> LEVEL =
      Setting.of("log.level", ValueTypes.oneOf(LogLevel.class), "How much is logged.")
          .defaultsTo(LogLevel.INFO);

  /** Read by logback.xml. */
  private static final String LEVEL_PROPERTY = "tallyman.log.level";

  private Logs() {}

  /** To be called before the first logger is made: loggers take their level when they are made. */
  static void start(LogLevel level) {
    System.setProperty(LEVEL_PROPERTY, level.name());
    // gRPC logs to java.util.logging.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }
}
